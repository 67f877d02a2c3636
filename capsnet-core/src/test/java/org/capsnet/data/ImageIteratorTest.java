package org.capsnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.capsnet.autograd.Scope;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

class ImageIteratorTest {

  /** The numbers of the images of {@link Pictures#numbered} that an iterator still gives. */
  static List<Integer> numbers(DataSetIterator iterator) {
    List<Integer> numbers = new ArrayList<>();
    while (iterator.hasNext()) {
      for (float value : iterator.next().getFeatures().ravel().toFloatVector()) {
        numbers.add(Math.round(value * 255));
      }
    }
    return numbers;
  }

  @Test
  void batchesHaveTheImagesAndOneHotLabels() {
    LabeledImages images = Pictures.random(7, 3, 4, 5, 3);
    ImageIterator iterator = ImageIterator.builder(images, 3).build();
    int seen = 0;
    for (int size : new int[] {3, 3, 1}) {
      DataSet batch = iterator.next();
      assertThat(batch.getFeatures().shape()).containsExactly(size, 3, 4, 5);
      assertThat(batch.getLabels().shape()).containsExactly(size, 3);
      for (int i = 0; i < size; i++, seen++) {
        assertThat(batch.getFeatures().slice(i)).isEqualTo(images.image(seen));
        assertThat(batch.getLabels().sumNumber().intValue()).isEqualTo(size);
        assertThat(batch.getLabels().getFloat(i, images.label(seen))).isEqualTo(1);
      }
    }
    assertThat(iterator.hasNext()).isFalse();
    assertThatThrownBy(iterator::next)
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("epoch 0 has no more batches");
  }

  /** Each image is of one shade, its class's, so that shares show in pixels and labels alike. */
  @Test
  void mixedImagesHaveTheSharesOfTheirLabels() {
    byte[] pixels = new byte[200 * 4];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i / 4 % 2 == 0 ? 0 : 255);
    }
    int[] classes = IntStream.range(0, 200).map(i -> i % 2).toArray();
    LabeledImages images = new LabeledImages(pixels, 1, 2, 2, classes, List.of("black", "white"));
    for (double alpha : new double[] {0.05, 1}) {
      DataSet batch = ImageIterator.builder(images, 200).mixUp(alpha).seed(3).build().next();
      int mixed = 0;
      double variance = 0;
      for (int i = 0; i < 200; i++) {
        double white = batch.getLabels().getDouble(i, 1);
        assertThat(batch.getLabels().getDouble(i, 0)).isCloseTo(1 - white, within(1e-6));
        for (int p = 0; p < 4; p++) {
          assertThat(batch.getFeatures().getDouble(i, 0, p / 2, p % 2))
              .isCloseTo(white, within(1e-6));
        }
        mixed += white > 0.01 && white < 0.99 ? 1 : 0;
        double own = i % 2 == 0 ? 1 - white : white;
        variance += (own - 0.75) * (own - 0.75) / 200;
      }
      // Half of the partners are of the same class. At α = 1 λ is uniform, and the others' own
      // share has mean 1/2 and variance 1/12.
      assertThat(mixed).isBetween(alpha == 1 ? 80 : 2, alpha == 1 ? 120 : 40);
      double expected = alpha == 1 ? 0.0625 + 1.0 / 24 : 0.0625 + 0.25 / 1.1 / 2;
      assertThat(variance).isCloseTo(expected, within(0.05));
    }
    assertThat(ImageIterator.builder(images, 9).mixUp(0.2).build().provenance())
        .containsEntry("mix-up", "0.2");
    assertThatThrownBy(() -> ImageIterator.builder(images, 9).mixUp(0))
        .hasMessage("alpha: expected above 0 and at most 1, got 0.0");
  }

  @Test
  void arraysAreOfTheTypeAskedForAndOutliveAScope() {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      ImageIterator iterator =
          ImageIterator.builder(Pictures.random(2, 1, 2, 2, 2), 2).dataType(type).build();
      INDArray features;
      try (Scope scope = Scope.open()) {
        features = iterator.next().getFeatures();
      }
      assertThat(features.dataType()).isEqualTo(type);
      assertThat(features.isAttached()).isFalse();
    }
  }

  @Test
  void theLastSmallerBatchCanBeLeftOut() {
    ImageIterator iterator = ImageIterator.builder(Pictures.numbered(7), 3).dropLast().build();
    assertThat(iterator.batches()).isEqualTo(2);
    assertThat(numbers(iterator)).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(ImageIterator.builder(Pictures.numbered(7), 3).build().batches()).isEqualTo(3);
  }

  @Test
  void everyEpochHasEveryImageInAnOrderOfItsOwn() {
    ImageIterator iterator =
        ImageIterator.builder(Pictures.numbered(50), 8).seed(3).shuffle().build();
    List<Integer> first = numbers(iterator);
    iterator.reset();
    List<Integer> second = numbers(iterator);
    assertThat(first)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 50).boxed().toList())
        .isNotEqualTo(second);
    assertThat(second).containsExactlyInAnyOrderElementsOf(first);
    assertThat(numbers(ImageIterator.builder(Pictures.numbered(50), 5).seed(3).shuffle().build()))
        .isEqualTo(first);
    assertThat(numbers(ImageIterator.builder(Pictures.numbered(50), 8).seed(4).shuffle().build()))
        .isNotEqualTo(first);
  }

  @Test
  void resetStaysWhereNothingWasTaken() {
    ImageIterator iterator = ImageIterator.builder(Pictures.numbered(4), 2).build();
    iterator.reset();
    assertThat(iterator.epoch()).isZero();
    iterator.next();
    iterator.reset();
    iterator.reset();
    assertThat(iterator.epoch()).isEqualTo(1);
    assertThat(numbers(iterator)).containsExactly(0, 1, 2, 3);
  }

  @Property(tries = 50, seed = "1")
  void aPlaceSoughtIsThePlaceReached(
      @ForAll @IntRange(max = 3) int epoch,
      @ForAll @IntRange(max = 6) int batch,
      @ForAll @IntRange(max = 3) int before) {
    LabeledImages images = Pictures.random(20, 1, 5, 5, 2);
    ImageIterator.Builder settings =
        ImageIterator.builder(images, 3).seed(9).shuffle().augment(new RandomShift(2));
    ImageIterator walked = settings.build();
    for (int e = 0; e < epoch; e++) {
      numbers(walked);
      walked.reset();
    }
    for (int b = 0; b < batch; b++) {
      walked.next();
    }
    ImageIterator sought = settings.build();
    for (int b = 0; b < before; b++) {
      sought.next();
    }
    sought.seek(epoch, batch);
    assertThat(sought.epoch()).isEqualTo(epoch);
    assertThat(sought.next()).isEqualTo(walked.next());
    sought.reset();
    walked.reset();
    assertThat(numbers(sought)).isEqualTo(numbers(walked));
  }

  @Test
  void augmentationDependsOnTheImageAndNotOnItsBatch() {
    LabeledImages images = Pictures.random(8, 1, 6, 6, 2);
    DataSet together =
        ImageIterator.builder(images, 8).augment(new RandomShift(2)).seed(1).build().next();
    ImageIterator alone =
        ImageIterator.builder(images, 1).augment(new RandomShift(2)).seed(1).build();
    boolean changed = false;
    for (int i = 0; i < 8; i++) {
      INDArray image = alone.next().getFeatures().slice(0);
      assertThat(image).isEqualTo(together.getFeatures().slice(i));
      changed |= !image.equals(images.image(i));
    }
    assertThat(changed).isTrue();
    alone.reset();
    assertThat(alone.next(8)).isNotEqualTo(together);
  }

  @Test
  void tellsNd4jWhatItIs() {
    ImageIterator iterator = ImageIterator.builder(Pictures.random(5, 3, 2, 2, 4), 2).build();
    assertThat(iterator.inputColumns()).isEqualTo(12);
    assertThat(iterator.totalOutcomes()).isEqualTo(4);
    assertThat(iterator.batch()).isEqualTo(2);
    assertThat(iterator.getLabels()).hasSize(4).first().isEqualTo("class 0");
    assertThat(iterator.resetSupported() && iterator.asyncSupported()).isTrue();
    DataSetPreProcessor twice = batch -> batch.getFeatures().muli(0);
    iterator.setPreProcessor(twice);
    assertThat(iterator.getPreProcessor()).isSameAs(twice);
    assertThat(iterator.next().getFeatures().sumNumber().doubleValue()).isZero();
  }

  @Test
  void saysWhatItExpected() {
    LabeledImages images = Pictures.numbered(5);
    assertThatThrownBy(() -> ImageIterator.builder(images, 0))
        .hasMessage("batchSize: expected 1 or more, got 0");
    assertThatThrownBy(() -> ImageIterator.builder(images, 6).dropLast().build())
        .hasMessage("images: expected enough for one batch of 6, got 5");
    assertThatThrownBy(() -> ImageIterator.builder(images, 1).dataType(DataType.INT32))
        .hasMessage("type: expected FLOAT or DOUBLE, got INT");
    ImageIterator iterator = ImageIterator.builder(images, 2).build();
    assertThatThrownBy(() -> iterator.seek(0, 4))
        .hasMessage("batch: expected 0 to 3, the number of batches, got 4");
    assertThatThrownBy(() -> iterator.seek(-1, 0)).hasMessage("epoch: expected 0 or more, got -1");
    assertThatThrownBy(() -> iterator.next(0)).hasMessage("num: expected 1 or more, got 0");
    iterator.seek(2, 3);
    assertThat(iterator.hasNext()).isFalse();
  }
}
