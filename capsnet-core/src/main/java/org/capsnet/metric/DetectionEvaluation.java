package org.capsnet.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.capsnet.data.detection.LabeledBox;
import org.capsnet.metric.ClassPrecision.Point;
import org.capsnet.metric.Matching.Judged;
import org.capsnet.metric.Matching.Verdict;

/**
 * Mean average precision of detections.
 *
 * <p>The detections of a class are taken over all images in decreasing order of score, and those of
 * equal scores in the order in which they were added. Each one finds an object of its class or is
 * wrong; of several that match the same object, all but the one with the highest score are wrong.
 * Difficult objects count neither as found nor as missed, and a detection that finds one counts
 * neither as right nor as wrong. The precision at a recall is the best one at that recall or above.
 *
 * <p>{@link #pascal} and {@link #coco} differ in which object a detection matches if it overlaps
 * several ({@code VOCevaldet.m} of the development kit, {@code cocoeval.py} of pycocotools), and in
 * the area under the curve: PASCAL's, since 2010, is exact, COCO's is the mean of the precision at
 * the recalls 0, 0.01, ... 1. Boxes are real intervals: unlike in PASCAL's kit, a box is not a
 * pixel wider than the distance of its edges.
 */
public final class DetectionEvaluation {

  /** The detections of a class in an image that COCO looks at. */
  private static final int MOST_OF_AN_IMAGE = 100;

  private static final int RECALLS = 101;
  private static final int THRESHOLDS = 10;
  private static final int THRESHOLD_75 = 5;

  private final int classes;
  private final List<Image> images = new ArrayList<>();

  private record Image(List<LabeledBox> truth, List<Detection> found) {}

  /**
   * An evaluation without images.
   *
   * @param classes the number of classes, at least 1
   * @throws IllegalArgumentException if there are fewer
   */
  public DetectionEvaluation(int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException("classes: expected at least 1, got " + classes);
    }
    this.classes = classes;
  }

  /**
   * Adds an image.
   *
   * @param truth the objects in it
   * @param found the detections of a model, in any order
   * @throws IllegalArgumentException if there is no such class
   */
  public void add(List<LabeledBox> truth, List<Detection> found) {
    truth.forEach(object -> requireClass(object.label()));
    found.forEach(detection -> requireClass(detection.label()));
    images.add(
        new Image(List.copyOf(truth), found.stream().sorted(Matching.SUREST_FIRST).toList()));
  }

  private void requireClass(int label) {
    if (label >= classes) {
      throw new IllegalArgumentException(
          "label: expected 0 to " + (classes - 1) + ", got " + label);
    }
  }

  /**
   * Average precision as PASCAL VOC has defined it since 2010: the area under the curve at all
   * points.
   *
   * @param iou the smallest intersection over union of a detection that finds an object, in PASCAL
   *     VOC 0.5
   * @return of each class and their mean
   * @throws IllegalArgumentException if {@code iou} is not above 0 and at most 1
   */
  public PascalPrecision pascal(double iou) {
    if (!(iou > 0 && iou <= 1)) {
      throw new IllegalArgumentException("iou: expected more than 0 to 1, got " + iou);
    }
    List<ClassPrecision> all =
        IntStream.range(0, classes).mapToObj(label -> pascal(label, iou)).toList();
    return new PascalPrecision(
        iou, mean(all.stream().mapToDouble(ClassPrecision::averagePrecision)), all);
  }

  private ClassPrecision pascal(int label, double iou) {
    long objects = objects(label);
    List<Point> curve = curve(label, iou, Matching.PASCAL, Integer.MAX_VALUE, objects);
    double[] envelope = envelope(curve);
    double area = 0;
    double reached = 0;
    for (int i = 0; i < envelope.length; i++) {
      area += (curve.get(i).recall() - reached) * envelope[i];
      reached = curve.get(i).recall();
    }
    return new ClassPrecision(label, objects, objects == 0 ? Double.NaN : area, curve);
  }

  /**
   * {@return the average precision of each class and their mean as COCO defines them: over ten IoU
   * thresholds, with at most 100 detections of a class in an image}
   */
  public CocoPrecision coco() {
    double[][] precision = new double[THRESHOLDS][];
    for (int t = 0; t < THRESHOLDS; t++) {
      // Not 0.5 + 0.05 · t, which for 0.85 is more: an overlap of 17/20 would miss it.
      double iou = (10 + t) / 20.0;
      precision[t] = IntStream.range(0, classes).mapToDouble(c -> coco(c, iou)).toArray();
    }
    List<Double> perClass =
        IntStream.range(0, classes)
            .mapToObj(c -> mean(Stream.of(precision).mapToDouble(p -> p[c])))
            .toList();
    return new CocoPrecision(
        mean(perClass.stream().mapToDouble(p -> p)),
        mean(DoubleStream.of(precision[0])),
        mean(DoubleStream.of(precision[THRESHOLD_75])),
        perClass);
  }

  private double coco(int label, double iou) {
    long objects = objects(label);
    if (objects == 0) {
      return Double.NaN;
    }
    List<Point> curve = curve(label, iou, Matching.COCO, MOST_OF_AN_IMAGE, objects);
    double[] envelope = envelope(curve);
    double sum = 0;
    int at = 0;
    for (int r = 0; r < RECALLS; r++) {
      // COCO's reference takes this product, though 57 · 0.01 is above 57/100.
      while (at < envelope.length && curve.get(at).recall() < r * 0.01) {
        at++;
      }
      sum += at < envelope.length ? envelope[at] : 0;
    }
    return sum / RECALLS;
  }

  private long objects(int label) {
    return images.stream()
        .flatMap(image -> image.truth().stream())
        .filter(object -> object.label() == label && !object.difficult())
        .count();
  }

  /** The curve of a class: a point for each detection that counts, in decreasing order of score. */
  private List<Point> curve(
      int label, double iou, Matching matching, int mostOfAnImage, long objects) {
    List<Judged> judged = new ArrayList<>();
    for (Image image : images) {
      List<LabeledBox> truth =
          image.truth().stream().filter(object -> object.label() == label).toList();
      List<Detection> found =
          image.found().stream()
              .filter(detection -> detection.label() == label)
              .limit(mostOfAnImage)
              .toList();
      List<Verdict> verdicts = matching.match(truth, found, iou);
      for (int i = 0; i < found.size(); i++) {
        judged.add(new Judged(found.get(i).score(), verdicts.get(i)));
      }
    }
    judged.sort(Comparator.comparingDouble(Judged::score).reversed());
    return points(judged, objects);
  }

  private static List<Point> points(List<Judged> judged, long objects) {
    List<Point> points = new ArrayList<>();
    long right = 0;
    for (Judged one : judged) {
      if (one.verdict() == Verdict.IGNORED) {
        continue;
      }
      right += one.verdict() == Verdict.TRUE ? 1 : 0;
      double precision = (double) right / (points.size() + 1);
      points.add(new Point(one.score(), (double) right / objects, precision));
    }
    return points;
  }

  /** At each point the best precision there or at a higher recall. */
  private static double[] envelope(List<Point> curve) {
    double[] best = new double[curve.size()];
    double sofar = 0;
    for (int i = best.length - 1; i >= 0; i--) {
      sofar = Math.max(sofar, curve.get(i).precision());
      best[i] = sofar;
    }
    return best;
  }

  /** The mean of the numbers that are not NaN. */
  private static double mean(DoubleStream numbers) {
    return numbers.filter(x -> !Double.isNaN(x)).average().orElse(Double.NaN);
  }
}
