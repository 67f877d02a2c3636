package org.capsnet.data.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.capsnet.data.SampleEncoder;
import org.capsnet.data.SampleIterator;
import org.capsnet.data.SampleSource;
import org.capsnet.data.picture.ByteImage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class BoxLabelsTest {

  private static final List<String> NAMES = List.of("cat", "dog", "cow");
  private static final Box SMALL = new Box(0.25, 0.625, 0.125, 0.25);
  private static final Box LARGE = new Box(0.375, 0.75, 0.5, 0.5);
  private static final Box CORNER = new Box(1, 0, 0.5, 0.5);

  private static DetectionSample sample(LabeledBox... objects) {
    return new DetectionSample(new ByteImage(new byte[4], 1, 2, 2), List.of(objects));
  }

  private static LabeledBox object(int label, Box box) {
    return new LabeledBox(label, box, false);
  }

  private static float[] encoded(SampleEncoder<DetectionSample> to, int length) {
    float[] labels = new float[length];
    to.encode(sample(object(2, SMALL), object(0, CORNER), object(2, LARGE)), labels);
    return labels;
  }

  @Test
  void oneObjectAClassTheLargest() {
    ClassBoxes encoder = new ClassBoxes(NAMES);
    assertThat(encoder.labelShape()).containsExactly(3, 5);
    assertThat(encoded(encoder, 15))
        .containsExactly(1, 1, 0, 0.5f, 0.5f, 0, 0, 0, 0, 0, 1, 0.375f, 0.75f, 0.5f, 0.5f);
    assertThat(encoder.crowdedOut(sample(object(2, SMALL), object(2, LARGE), object(2, SMALL))))
        .isEqualTo(2);
    assertThat(encoder.crowdedOut(sample(object(2, SMALL), object(0, LARGE)))).isZero();
  }

  /** What is written is read back: of each place the object that has it. */
  @Test
  void objectsAreReadBack() {
    DetectionSample crowd = sample(object(2, SMALL), object(0, CORNER), object(2, LARGE));
    DetectionSample empty = sample();
    List<DetectionSample> samples = List.of(crowd, empty, sample(object(1, SMALL)));
    INDArray ofClasses = labels(new ClassBoxes(NAMES), samples);
    assertThat(BoxLabels.objects(ofClasses))
        .containsExactly(
            List.of(object(0, CORNER), object(2, LARGE)), List.of(), List.of(object(1, SMALL)));
    INDArray ofCells = labels(new GridBoxes(NAMES, 2, 3), samples);
    assertThat(BoxLabels.objects(ofCells))
        .containsExactly(
            List.of(object(0, CORNER), object(2, SMALL), object(2, LARGE)),
            List.of(),
            List.of(object(1, SMALL)));
  }

  private static INDArray labels(
      SampleEncoder<DetectionSample> encoder, List<DetectionSample> samples) {
    return SampleIterator.builder(SampleSource.of(samples), encoder, samples.size())
        .build()
        .next()
        .getLabels();
  }

  /** Of 2 by 2 cells both boxes of class 2 have their centre in the lower left one. */
  @Test
  void aGridHasTheObjectInTheCellOfItsCentre() {
    GridBoxes encoder = new GridBoxes(NAMES, 2);
    assertThat(encoder.labelShape()).containsExactly(3, 5, 2, 2);
    float[] expected = new float[60];
    for (int number = 0; number < 5; number++) {
      // [class 0, number, y 0, x 1] and [class 2, number, y 1, x 0]
      expected[number * 4 + 1] = new float[] {1, 1, 0, 0.5f, 0.5f}[number];
      expected[40 + number * 4 + 2] = new float[] {1, 0.375f, 0.75f, 0.5f, 0.5f}[number];
    }
    assertThat(encoded(encoder, 60)).containsExactly(expected);
    DetectionSample crowd = sample(object(2, SMALL), object(2, LARGE), object(1, SMALL));
    assertThat(encoder.crowdedOut(crowd)).isEqualTo(1);
    assertThat(new GridBoxes(NAMES, 8).crowdedOut(crowd)).isZero();
  }

  /** Of 2 rows and 4 columns, SMALL is in row 1, column 1, and CORNER in row 0, column 3. */
  @Test
  void aGridMayHaveOtherRowsThanColumns() {
    GridBoxes encoder = new GridBoxes(NAMES, 2, 4);
    assertThat(encoder.labelShape()).containsExactly(3, 5, 2, 4);
    float[] labels = new float[120];
    encoder.encode(sample(object(1, SMALL), object(0, CORNER)), labels);
    float[] expected = new float[120];
    for (int number = 0; number < 5; number++) {
      expected[number * 8 + 3] = new float[] {1, 1, 0, 0.5f, 0.5f}[number];
      expected[40 + number * 8 + 5] = new float[] {1, 0.25f, 0.625f, 0.125f, 0.25f}[number];
    }
    assertThat(labels).containsExactly(expected);
    assertThatThrownBy(() -> new GridBoxes(NAMES, 3, 0))
        .hasMessage("grid: expected 1 or more, got 0");
  }

  @Test
  void labelsComeApartAgain() {
    List<DetectionSample> samples = List.of(sample(), sample(object(1, SMALL), object(0, LARGE)));
    DataSet classes =
        SampleIterator.builder(SampleSource.of(samples), new ClassBoxes(NAMES), 2).build().next();
    assertThat(BoxLabels.presence(classes.getLabels()))
        .isEqualTo(Nd4j.createFromArray(new float[][] {{0, 0, 0}, {1, 1, 0}}));
    INDArray boxes = BoxLabels.boxes(classes.getLabels());
    assertThat(boxes.shape()).containsExactly(2, 3, 4);
    assertThat(boxes.slice(1).slice(1).toFloatVector())
        .containsExactly(0.25f, 0.625f, 0.125f, 0.25f);

    DataSet grid =
        SampleIterator.builder(SampleSource.of(samples), new GridBoxes(NAMES, 4), 2).build().next();
    INDArray presence = BoxLabels.presence(grid.getLabels());
    assertThat(presence.shape()).containsExactly(2, 3, 4, 4);
    assertThat(presence.getFloat(1, 1, 2, 1)).isEqualTo(1);
    assertThat(presence.getFloat(1, 0, 3, 1)).isEqualTo(1);
    assertThat(presence.sumNumber().intValue()).isEqualTo(2);
    INDArray gridBoxes = BoxLabels.boxes(grid.getLabels());
    assertThat(gridBoxes.shape()).containsExactly(2, 3, 4, 4, 4);
    assertThat(gridBoxes.getFloat(1, 0, 2, 3, 1)).isEqualTo(0.5f);
    assertThat(gridBoxes.getFloat(1, 1, 1, 2, 1)).isEqualTo(0.625f);
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(() -> new ClassBoxes(NAMES).crowdedOut(sample(object(3, SMALL))))
        .hasMessage("label: expected 0 to 2, got 3");
    assertThatThrownBy(() -> new GridBoxes(NAMES, 0)).hasMessage("grid: expected 1 or more, got 0");
    assertThatThrownBy(() -> new GridBoxes(NAMES, 50_000))
        .hasMessage(
            "grid: expected at most 2147483647 labels per image, got 3 classes × 5 × 50000 rows ×"
                + " 50000 columns");
    assertThatThrownBy(() -> BoxLabels.presence(Nd4j.zeros(2, 3, 4)))
        .hasMessage(
            "labels: expected [batch, classes, 5] or [batch, classes, 5, rows, columns], got"
                + " [2, 3, 4]");
  }
}
