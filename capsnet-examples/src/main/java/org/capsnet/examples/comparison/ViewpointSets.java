package org.capsnet.examples.comparison;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.objects.Coil20;
import org.capsnet.data.objects.ViewedImages;
import org.capsnet.data.objects.ViewpointSplit;
import org.capsnet.examples.digits.SplitOptions;

/**
 * The objects of COIL-20 by how far they are turned away from the front. Training has every other
 * view near the front, and the views between them are the familiar ones.
 *
 * @param split what is trained on, and what is familiar and novel
 * @param turned images that training has none of, all with one angle; from the smallest angle on
 * @param angles of these, in degrees
 * @param familiar how many of the angles are familiar ones, which are the first
 */
public record ViewpointSets(
    ViewpointSplit split, List<LabeledImages> turned, List<Integer> angles, int familiar) {

  private static final int STEP = 5;
  private static final int BACK = 180;

  /** Copies the lists. */
  public ViewpointSets {
    turned = List.copyOf(turned);
    angles = List.copyOf(angles);
  }

  /**
   * Splits them.
   *
   * @param all the images of COIL-20
   * @param near how far from the front views are familiar, in degrees, 5 to 175
   */
  public static ViewpointSets of(ViewedImages all, int near) {
    List<Integer> angles =
        IntStream.rangeClosed(1, BACK / STEP)
            .map(i -> STEP * i)
            .filter(angle -> angle > near || angle % (2 * STEP) != 0)
            .boxed()
            .toList();
    return new ViewpointSets(
        Coil20.split(all, near),
        angles.stream()
            .map(
                angle ->
                    all.where(view -> view.isWithin(angle, 0) && !view.isWithin(angle - 1, 0))
                        .images())
            .toList(),
        angles,
        (int) angles.stream().filter(angle -> angle <= near).count());
  }

  /** What a training has: it validates with the familiar views. */
  SplitOptions.Sets sets() {
    return new SplitOptions.Sets(split.train(), split.familiar(), split.novel());
  }

  /** The accuracy at the familiar angles, from 0 to 1, from how many images of each are right. */
  double familiar(List<Integer> right) {
    return share(right, 0, familiar);
  }

  /** That at the novel ones. */
  double novel(List<Integer> right) {
    return share(right, familiar, angles.size());
  }

  /** That at one angle. */
  double at(int angle, List<Integer> right) {
    return share(right, angle, angle + 1);
  }

  private double share(List<Integer> right, int from, int to) {
    int images = turned.subList(from, to).stream().mapToInt(LabeledImages::count).sum();
    return right.subList(from, to).stream().mapToInt(Integer::intValue).sum() / (double) images;
  }

  /** In a line. */
  public String description() {
    return String.format(
        Locale.ROOT,
        "%,d images to train with, %,d of familiar viewpoints and %,d of novel ones, %d classes",
        split.train().count(),
        split.familiar().count(),
        split.novel().count(),
        split.train().classes());
  }
}
