package org.capsnet.model.classification;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.capsnet.model.Sizes;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a classifier says of one image. The arrays belong to no scope.
 *
 * @param label the index of the class whose capsule is longest
 * @param classNames the names of all classes, by index
 * @param lengths of the class capsules, {@code [classes]}, each from 0 to 1: how sure the network
 *     is that the class is there. They need not sum to 1.
 * @param poses of the class capsules, {@code [classes, classDim]}
 * @param reconstruction the image as drawn again from the capsule of that class, {@code [channels,
 *     height, width]}, from 0 to 1; empty where the network has no decoder
 */
public record Prediction(
    int label,
    List<String> classNames,
    INDArray lengths,
    INDArray poses,
    Optional<INDArray> reconstruction) {

  /** Classes that the text of a prediction names. */
  private static final int NAMED = 3;

  /**
   * A class, and how sure the network is of it.
   *
   * @param label its index
   * @param className its name
   * @param confidence the length of its capsule, from 0 to 1
   */
  public record Ranked(int label, String className, double confidence) {

    /** As {@code lily 93.1 %}. */
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%s %.1f %%", className, 100 * confidence);
    }
  }

  /** {@return the name of the class whose capsule is longest} */
  public String className() {
    return classNames.get(label);
  }

  /** {@return the length of the longest capsule, from 0 to 1} */
  public double confidence() {
    return lengths.getDouble(label);
  }

  /**
   * The classes that the network is surest of.
   *
   * @param k how many, at least 1; all if there are fewer
   * @return the surest first; of equals, the one of the lower index
   */
  public List<Ranked> top(int k) {
    Sizes.atLeast(1, "k", k);
    return IntStream.range(0, classNames.size())
        .mapToObj(i -> new Ranked(i, classNames.get(i), lengths.getDouble(i)))
        .sorted(Comparator.comparingDouble(Ranked::confidence).reversed())
        .limit(k)
        .toList();
  }

  /**
   * The pose of a class capsule: its length says whether the class is there, its direction how it
   * looks.
   *
   * @param ofLabel the index of the class
   * @return {@code classDim} numbers
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public double[] pose(int ofLabel) {
    return poses.getRow(Objects.checkIndex(ofLabel, classNames.size())).toDoubleVector();
  }

  /** The three classes that it is surest of, as {@code lily 93.1 %, rose 12.0 %, tulip 3.4 %}. */
  @Override
  public String toString() {
    return top(NAMED).stream().map(Ranked::toString).collect(Collectors.joining(", "));
  }
}
