package org.capsnet.data.medical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.capsnet.data.ElasticDeformation;
import org.capsnet.data.RandomAffine;
import org.capsnet.data.RandomFlip;
import org.capsnet.data.SampleIterator;
import org.capsnet.data.SampleSource;
import org.capsnet.data.SampleTransform;
import org.capsnet.data.picture.ByteImage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class SegmentationSampleTest {

  private static final int SIZE = 32;

  /** Two half-discs of classes 1 and 2, of which the image has exactly the colours. */
  private static SegmentationSample halves(Random random) {
    int centreX = 12 + random.nextInt(8);
    int centreY = 12 + random.nextInt(8);
    byte[] mask = new byte[SIZE * SIZE];
    byte[] image = new byte[SIZE * SIZE];
    for (int i = 0; i < mask.length; i++) {
      int dx = i % SIZE - centreX;
      boolean inside = Math.hypot(dx, i / SIZE - centreY) < 9;
      mask[i] = (byte) (inside ? dx < 0 ? 1 : 2 : 0);
      image[i] = (byte) (mask[i] * 100);
    }
    return new SegmentationSample(
        new ByteImage(image, 1, SIZE, SIZE), new ByteImage(mask, 1, SIZE, SIZE), 1);
  }

  /** How many pixels of the mask are not what the image shows there. */
  private static int outOfStep(SegmentationSample sample, int most) {
    byte[] image = sample.image().bytes();
    byte[] mask = sample.mask().bytes();
    int count = 0;
    for (int i = 0; i < mask.length; i++) {
      count += Math.abs((image[i] & 255) - 100 * mask[i]) > most ? 1 : 0;
    }
    return count;
  }

  @Property(tries = 50, seed = "1")
  void masksStayInStep(@ForAll long seed) {
    Random random = new Random(seed);
    SegmentationSample sample = halves(random);
    SampleTransform<SegmentationSample> exact =
        new RandomFlip<SegmentationSample>(0.5, 0.5).then(new RandomQuarterTurns());
    SegmentationSample turned = exact.apply(sample, random);
    assertThat(outOfStep(turned, 0)).isZero();
    assertThat(turned.label()).isEqualTo(1);
    SampleTransform<SegmentationSample> bent =
        new RandomWarp(new RandomAffine(180, 0.8, 1.2, 5, 2))
            .then(new RandomWarp(new ElasticDeformation(1, 5)));
    // Where two colours meet the image is between them, and the mask is one or the other.
    assertThat(outOfStep(bent.apply(sample, random), 120)).isLessThan(SIZE * SIZE / 50);
    assertThat(outOfStep(sample.resized(20, 50), 120)).isLessThan(10);
  }

  @Test
  void aMaskKeepsItsNumbers() {
    SampleTransform<SegmentationSample> bend = new RandomWarp(new RandomAffine(180, 0.5, 2, 20, 5));
    for (int seed = 0; seed < 20; seed++) {
      SegmentationSample bent = bend.apply(halves(new Random(seed)), new Random(seed));
      for (byte value : bent.mask().bytes()) {
        assertThat(value).isBetween((byte) 0, (byte) 2);
      }
      assertThat(bent.resized(13, 57).mask().bytes()).contains(0, 1, 2);
    }
  }

  @Test
  void everyQuarterTurnHappens() {
    SegmentationSample sample = halves(new Random(3));
    List<ByteImage> turns =
        new Random(1)
            .longs(60)
            .mapToObj(seed -> new RandomQuarterTurns().apply(sample, new Random(seed)).mask())
            .distinct()
            .toList();
    assertThat(turns).hasSize(4);
  }

  @Test
  void labelsByHand() {
    SegmentationSample sample =
        new SegmentationSample(
            new ByteImage(new byte[4], 1, 2, 2),
            new ByteImage(new byte[] {0, 2, 1, 2}, 1, 2, 2),
            1);
    SegmentationLabels both = new SegmentationLabels(List.of("well", "ill"), 3, 2, 2);
    DataSet batch =
        SampleIterator.builder(SampleSource.of(List.of(sample, sample)), both, 2).build().next();
    assertThat(batch.getLabels().shape()).containsExactly(2, 14);
    assertThat(batch.getLabels().getRow(1).toFloatVector())
        .containsExactly(0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1);
    assertThat(both.diagnosis(batch.getLabels()).toFloatMatrix())
        .isDeepEqualTo(new float[][] {{0, 1}, {0, 1}});
    INDArray mask = both.mask(batch.getLabels());
    assertThat(mask.shape()).containsExactly(2, 3, 2, 2);
    assertThat(mask.getFloat(1, 2, 0, 1)).isEqualTo(1);
    assertThat(mask.getFloat(1, 2, 1, 1)).isEqualTo(1);
    assertThat(mask.getFloat(0, 1, 1, 0)).isEqualTo(1);
    assertThat(mask.sumNumber().intValue()).isEqualTo(8);

    SegmentationLabels diagnosis = new SegmentationLabels(List.of("well", "ill"), 0, 2, 2);
    assertThat(diagnosis.labelShape()).containsExactly(2);
    SegmentationLabels masks = new SegmentationLabels(List.of(), 3, 2, 2);
    float[] labels = new float[12];
    masks.encode(sample, labels);
    assertThat(labels).containsExactly(1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1);
  }

  @Test
  void refusesWhatDoesNotFit() {
    ByteImage image = new ByteImage(new byte[6], 1, 2, 3);
    assertThatThrownBy(() -> new SegmentationSample(image, new ByteImage(new byte[6], 1, 3, 2), 0))
        .hasMessage("mask: expected [1, 2, 3], got [1, 3, 2]");
    assertThatThrownBy(() -> new SegmentationSample(image, image, -1))
        .hasMessage("label: expected 0 or more, got -1");
    SegmentationSample sample = new SegmentationSample(image, image, 2);
    assertThatThrownBy(() -> new RandomQuarterTurns().apply(sample, new Random(0)))
        .hasMessage("sample: expected a square image, got 2 × 3");
    assertThatThrownBy(
            () -> new SegmentationLabels(List.of("a", "b"), 2, 2, 3).encode(sample, new float[14]))
        .hasMessage("label: expected 0 to 1, got 2");
    ByteImage threes = new ByteImage(new byte[] {3, 3, 3, 3, 3, 3}, 1, 2, 3);
    assertThatThrownBy(
            () ->
                new SegmentationLabels(List.of(), 2, 2, 3)
                    .encode(new SegmentationSample(image, threes, 0), new float[12]))
        .hasMessage("mask: expected 0 to 1, got 3");
    assertThatThrownBy(
            () -> new SegmentationLabels(List.of(), 2, 2, 2).encode(sample, new float[8]))
        .hasMessage("mask: expected 2 × 2 pixels, got 6 in all");
    assertThatThrownBy(() -> new SegmentationLabels(List.of(), 0, 2, 2))
        .hasMessage("labels: expected a diagnosis or a mask, got neither");
  }
}
