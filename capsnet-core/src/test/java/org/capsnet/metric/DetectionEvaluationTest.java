package org.capsnet.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.capsnet.data.detection.Box;
import org.capsnet.data.detection.LabeledBox;
import org.capsnet.metric.ClassPrecision.Point;
import org.junit.jupiter.api.Test;

class DetectionEvaluationTest {

  /** Boxes that have nothing in common. */
  private static Box place(int i) {
    return new Box(i + 0.5, 0.5, 1, 1);
  }

  /** Moved to the right: of intersection over union {@code (1 - by) / (1 + by)}. */
  private static Box moved(Box box, double by) {
    return new Box(box.centerX() + by, box.centerY(), box.width(), box.height());
  }

  private static LabeledBox object(int label, Box box) {
    return new LabeledBox(label, box, false);
  }

  private static Detection found(double score, Box box) {
    return new Detection(0, score, box);
  }

  private static ClassPrecision pascal(List<LabeledBox> truth, Detection... found) {
    DetectionEvaluation evaluation = new DetectionEvaluation(1);
    evaluation.add(truth, List.of(found));
    return evaluation.pascal(0.5).classes().get(0);
  }

  private static double coco50(List<LabeledBox> truth, Detection... found) {
    DetectionEvaluation evaluation = new DetectionEvaluation(1);
    evaluation.add(truth, List.of(found));
    return evaluation.coco().at50();
  }

  private static List<LabeledBox> objects(int count) {
    List<LabeledBox> objects = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      objects.add(object(0, place(i)));
    }
    return objects;
  }

  /** Of an overlap of exactly k/20 all least overlaps up to it are met. */
  @Test
  void anOverlapOfExactlyTheLeastCounts() {
    for (int k = 10; k < 20; k++) {
      DetectionEvaluation evaluation = new DetectionEvaluation(1);
      evaluation.add(
          List.of(object(0, new Box(10, 0.5, 20, 1))),
          List.of(found(0.9, new Box(k / 2.0, 0.5, k, 1))));
      assertThat(evaluation.coco().mean()).as("%d/20", k).isCloseTo((k - 9) / 10.0, within(1e-12));
    }
  }

  /** Right, wrong, right, right, wrong of four objects. */
  @Test
  void averagePrecisionIsTheAreaUnderTheEnvelope() {
    ClassPrecision result =
        pascal(
            objects(4),
            found(0.5, place(9)),
            found(0.6, place(2)),
            found(0.9, place(0)),
            found(0.7, place(1)),
            found(0.8, place(8)));
    assertThat(result.objects()).isEqualTo(4);
    assertThat(result.curve())
        .containsExactly(
            new Point(0.9, 0.25, 1),
            new Point(0.8, 0.25, 0.5),
            new Point(0.7, 0.5, 2 / 3.0),
            new Point(0.6, 0.75, 0.75),
            new Point(0.5, 0.75, 0.6));
    // recall 0 to 1/4 at 1, to 3/4 at 3/4, nothing beyond
    assertThat(result.averagePrecision()).isCloseTo(0.25 + 0.5 * 0.75, within(1e-12));
  }

  /** The same at the recalls 0, 0.01, ... 1: 26 of them at 1, 50 at 3/4, 25 at 0. */
  @Test
  void cocoTakesTheMeanOverRecalls() {
    double precision =
        coco50(
            objects(4),
            found(0.5, place(9)),
            found(0.6, place(2)),
            found(0.9, place(0)),
            found(0.7, place(1)),
            found(0.8, place(8)));
    assertThat(precision).isCloseTo((26 + 50 * 0.75) / 101, within(1e-12));
  }

  @Test
  void aDuplicateIsWrong() {
    ClassPrecision result =
        pascal(
            objects(2),
            found(0.9, place(0)),
            found(0.8, moved(place(0), 0.1)),
            found(0.7, place(1)));
    assertThat(result.curve()).extracting(Point::precision).containsExactly(1.0, 0.5, 2 / 3.0);
    assertThat(result.averagePrecision()).isCloseTo(0.5 + 0.5 * 2 / 3, within(1e-12));
    // The surer one is right, though the other one fits better.
    result = pascal(objects(1), found(0.8, place(0)), found(0.9, moved(place(0), 0.2)));
    assertThat(result.averagePrecision()).isEqualTo(1);
  }

  /** Two objects that overlap, and two detections that both fit the first one better. */
  @Test
  void whereObjectsOverlapPascalAndCocoDiffer() {
    Box second = moved(place(0), 0.2);
    List<LabeledBox> truth = List.of(object(0, place(0)), object(0, second));
    Detection[] found = {found(0.9, place(0)), found(0.8, moved(place(0), 0.05))};
    // PASCAL: the second stands for the first object, which was found.
    assertThat(pascal(truth, found).averagePrecision()).isEqualTo(0.5);
    // COCO: it stands for the object that is left.
    assertThat(coco50(truth, found)).isCloseTo(1, within(1e-12));
  }

  @Test
  void theLeastOverlapItselfCounts() {
    Box half = new Box(0.25, 0.5, 0.5, 1);
    assertThat(pascal(objects(1), found(0.9, half)).averagePrecision()).isEqualTo(1);
    assertThat(coco50(objects(1), found(0.9, half))).isEqualTo(1);
    Box less = new Box(0.245, 0.5, 0.49, 1);
    assertThat(pascal(objects(1), found(0.9, less)).averagePrecision()).isZero();
    assertThat(coco50(objects(1), found(0.9, less))).isZero();
  }

  @Test
  void difficultObjectsCountNeitherWhenFoundNorWhenMissed() {
    List<LabeledBox> truth =
        List.of(
            object(0, place(0)),
            new LabeledBox(0, place(1), true),
            new LabeledBox(0, place(2), true));
    Detection[] found = {
      found(0.9, place(1)), found(0.8, place(1)), found(0.7, place(0)), found(0.6, place(5))
    };
    ClassPrecision result = pascal(truth, found);
    assertThat(result.objects()).isEqualTo(1);
    assertThat(result.curve()).containsExactly(new Point(0.7, 1, 1), new Point(0.6, 1, 0.5));
    assertThat(result.averagePrecision()).isEqualTo(1);
    assertThat(coco50(truth, found)).isEqualTo(1);
    // COCO lets one that overlaps a difficult object more stand for the other one.
    List<LabeledBox> overlapping =
        List.of(new LabeledBox(0, place(0), true), object(0, moved(place(0), 0.2)));
    assertThat(pascal(overlapping, found(0.9, place(0))).averagePrecision()).isZero();
    assertThat(coco50(overlapping, found(0.9, place(0)))).isEqualTo(1);
  }

  @Test
  void equalScoresStandInTheOrderInWhichTheyWereAdded() {
    Detection right = found(0.5, place(0));
    Detection wrong = found(0.5, place(7));
    assertThat(pascal(objects(1), right, wrong).averagePrecision()).isEqualTo(1);
    assertThat(pascal(objects(1), wrong, right).averagePrecision()).isEqualTo(0.5);
    assertThat(coco50(objects(1), wrong, right)).isCloseTo(0.5, within(1e-12));
    DetectionEvaluation images = new DetectionEvaluation(1);
    images.add(List.of(), List.of(wrong));
    images.add(objects(1), List.of(right));
    assertThat(images.pascal(0.5).mean()).isEqualTo(0.5);
  }

  @Test
  void theMeanIsOfTheClassesThatOccur() {
    DetectionEvaluation evaluation = new DetectionEvaluation(3);
    evaluation.add(
        List.of(object(0, place(0)), object(2, place(1))),
        List.of(
            new Detection(0, 0.9, place(0)),
            new Detection(1, 0.9, place(4)),
            new Detection(1, 0.8, place(1))));
    PascalPrecision pascal = evaluation.pascal(0.5);
    assertThat(pascal.classes())
        .extracting(ClassPrecision::averagePrecision)
        .containsExactly(1.0, Double.NaN, 0.0);
    assertThat(pascal.mean()).isEqualTo(0.5);
    assertThat(pascal.iou()).isEqualTo(0.5);
    CocoPrecision coco = evaluation.coco();
    assertThat(coco.classes()).containsExactly(1.0, Double.NaN, 0.0);
    assertThat(coco.mean()).isEqualTo(0.5);
    assertThat(new DetectionEvaluation(2).pascal(0.5).mean()).isNaN();
    assertThat(new DetectionEvaluation(2).coco().mean()).isNaN();
  }

  /** Of intersections over union 1, 0.8 and 0.6, in images of their own. */
  @Test
  void cocoIsTheMeanOverTenOverlaps() {
    DetectionEvaluation evaluation = new DetectionEvaluation(1);
    double[] ious = {1, 0.81, 0.61};
    for (int i = 0; i < ious.length; i++) {
      Box part = new Box(ious[i] / 2, 0.5, ious[i], 1);
      evaluation.add(objects(1), List.of(found(0.9 - 0.1 * i, part)));
    }
    CocoPrecision coco = evaluation.coco();
    // of 101 recalls 34 are up to 1/3, 67 up to 2/3
    double one = 34 / 101.0;
    double two = 67 / 101.0;
    assertThat(coco.at50()).isCloseTo(1, within(1e-12));
    assertThat(coco.at75()).isCloseTo(two, within(1e-12));
    // 0.5, 0.55 and 0.6 with all; 0.65 to 0.8 with two; 0.85 to 0.95 with one
    assertThat(coco.mean()).isCloseTo((3 + 4 * two + 3 * one) / 10, within(1e-12));
  }

  @Test
  void cocoLooksAtAHundredDetectionsOfAnImage() {
    List<Detection> found = new ArrayList<>(Collections.nCopies(100, found(0.9, place(3))));
    found.add(found(0.1, place(0)));
    assertThat(coco50(objects(1), found.toArray(Detection[]::new))).isZero();
    ClassPrecision pascal = pascal(objects(1), found.toArray(Detection[]::new));
    assertThat(pascal.averagePrecision()).isCloseTo(1 / 101.0, within(1e-12));
  }

  /** Whatever the order within an image, if no scores are equal; and whatever else is wrong. */
  @Property(tries = 50, seed = "1")
  void orderDoesNotMatterAndWrongDetectionsNeverHelp(@ForAll long seed) {
    Random random = new Random(seed);
    List<LabeledBox> truth = objects(6);
    List<Detection> found = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Box box = moved(place(random.nextInt(8)), random.nextDouble() * 0.3);
      found.add(found(random.nextDouble(), box));
    }
    Detection[] given = found.toArray(Detection[]::new);
    double pascal = pascal(truth, given).averagePrecision();
    double coco = coco50(truth, given);
    assertThat(pascal).isBetween(0.0, 1.0);
    assertThat(coco).isCloseTo(pascal, within(0.02));
    Collections.shuffle(found, random);
    assertThat(pascal(truth, found.toArray(Detection[]::new)).averagePrecision()).isEqualTo(pascal);
    found.add(found(random.nextDouble(), place(20)));
    Detection[] more = found.toArray(Detection[]::new);
    assertThat(pascal(truth, more).averagePrecision()).isLessThanOrEqualTo(pascal);
    assertThat(coco50(truth, more)).isLessThanOrEqualTo(coco);
  }

  @Test
  void badInputIsNamed() {
    DetectionEvaluation evaluation = new DetectionEvaluation(2);
    assertThatThrownBy(() -> evaluation.add(List.of(object(2, place(0))), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label: expected 0 to 1, got 2");
    assertThatThrownBy(() -> evaluation.add(List.of(), List.of(new Detection(3, 0.5, place(0)))))
        .hasMessage("label: expected 0 to 1, got 3");
    assertThatThrownBy(() -> evaluation.pascal(0))
        .hasMessage("iou: expected more than 0 to 1, got 0.0");
    assertThatThrownBy(() -> new Detection(0, Double.NaN, place(0)))
        .hasMessage("score: expected a finite number, got NaN");
    assertThatThrownBy(() -> new Detection(-1, 1, place(0)))
        .hasMessage("label: expected at least 0, got -1");
    assertThatThrownBy(() -> new DetectionEvaluation(0))
        .hasMessage("classes: expected at least 1, got 0");
    assertThat(evaluation.pascal(0.5).mean()).isNaN();
  }
}
