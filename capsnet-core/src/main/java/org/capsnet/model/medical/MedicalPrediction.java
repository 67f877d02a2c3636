package org.capsnet.model.medical;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a medical network says of one image. The arrays belong to no scope.
 *
 * @param label the diagnosis whose capsule is longest; empty if the network makes none. Where
 *     several findings may apply, look at the lengths.
 * @param lengths of the diagnosis capsules, {@code [classes]}, each from 0 to 1: how sure the
 *     network is of each. They need not sum to 1.
 * @param mask the class of each pixel, {@code [height, width]}; empty if the network makes no masks
 * @param reconstruction the image as drawn again, {@code [channels, height, width]}, from 0 to 1;
 *     empty if the network does not
 */
public record MedicalPrediction(
    OptionalInt label,
    Optional<INDArray> lengths,
    Optional<INDArray> mask,
    Optional<INDArray> reconstruction) {

  /** What there is of it, in one line: the label and its length, the size of the mask. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    label.ifPresent(
        index ->
            parts.add(
                String.format(
                    Locale.ROOT,
                    "diagnosis %d %.1f %%",
                    index,
                    100 * lengths.orElseThrow().getDouble(index))));
    mask.ifPresent(pixels -> parts.add("mask " + pixels.size(0) + "×" + pixels.size(1)));
    return String.join(", ", parts);
  }
}
