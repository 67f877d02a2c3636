package org.capsnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.capsnet.data.picture.ByteImage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;

class SampleIteratorTest {

  /** An image of one pixel, whose value is its number. */
  private record Pixel(ByteImage image) implements Annotated<Pixel> {

    Pixel(long number) {
      this(new ByteImage(new byte[] {(byte) number}, 1, 1, 1));
    }

    @Override
    public Pixel flippedHorizontally() {
      return this;
    }

    @Override
    public Pixel flippedVertically() {
      return this;
    }

    @Override
    public Pixel resized(int height, int width) {
      return new Pixel(image.resized(height, width));
    }
  }

  /** The number, twice. */
  private record Twice() implements SampleEncoder<Pixel> {

    @Override
    public List<String> classNames() {
      return List.of("one", "two");
    }

    @Override
    public long[] labelShape() {
      return new long[] {2, 1};
    }

    @Override
    public void encode(Pixel sample, float[] labels) {
      labels[0] += sample.image.get(0, 0, 0);
      labels[1] += sample.image.get(0, 0, 0);
    }
  }

  private static final LongFunction<Pixel> GENERATOR = Pixel::new;

  private static List<Pixel> pixels(int count) {
    return LongStream.range(0, count).mapToObj(GENERATOR).toList();
  }

  private static List<Integer> numbers(SampleIterator<Pixel> iterator) {
    List<Integer> numbers = new ArrayList<>();
    while (iterator.hasNext()) {
      DataSet batch = iterator.next();
      for (int i = 0; i < batch.getFeatures().size(0); i++) {
        assertThat(batch.getLabels().getInt(i, 0, 0)).isEqualTo(batch.getLabels().getInt(i, 1, 0));
        numbers.add(batch.getLabels().getInt(i, 0, 0));
      }
    }
    return numbers;
  }

  @Test
  void batchesHaveFeaturesAndTheLabelsOfTheEncoder() {
    SampleIterator<Pixel> iterator =
        SampleIterator.builder(SampleSource.of(pixels(5)), new Twice(), 3)
            .dataType(DataType.DOUBLE)
            .build();
    DataSet batch = iterator.next();
    assertThat(batch.getFeatures().shape()).containsExactly(3, 1, 1, 1);
    assertThat(batch.getFeatures().dataType()).isEqualTo(DataType.DOUBLE);
    assertThat(batch.getFeatures().getFloat(2)).isEqualTo(2 / 255f);
    assertThat(batch.getLabels().shape()).containsExactly(3, 2, 1);
    assertThat(batch.getLabels().ravel().toIntVector()).containsExactly(0, 0, 1, 1, 2, 2);
    assertThat(iterator.next().getFeatures().size(0)).isEqualTo(2);
    assertThat(iterator.hasNext()).isFalse();
    assertThat(iterator.batches()).isEqualTo(2);
    assertThat(iterator.getLabels()).containsExactly("one", "two");
  }

  @Test
  void anEndlessSourceNeverGivesASampleTwiceAndARepeatedOneAlwaysTheSame() {
    SampleIterator<Pixel> endless =
        SampleIterator.builder(SampleSource.endless(GENERATOR, 4), new Twice(), 3).build();
    assertThat(numbers(endless)).containsExactly(0, 1, 2, 3);
    endless.reset();
    assertThat(numbers(endless)).containsExactly(4, 5, 6, 7);
    endless.seek(9, 1);
    assertThat(numbers(endless)).containsExactly(39);
    SampleIterator<Pixel> repeated =
        SampleIterator.builder(SampleSource.repeated(GENERATOR, 4), new Twice(), 3).build();
    repeated.seek(7, 0);
    assertThat(numbers(repeated)).containsExactly(0, 1, 2, 3);
  }

  /** Whatever the batch size, and wherever one starts. */
  @Test
  void chanceIsAFunctionOfSeedEpochAndNumber() {
    SampleTransform<Pixel> change = (sample, random) -> new Pixel(random.nextInt(200));
    SampleSource<Pixel> source = SampleSource.of(pixels(20));
    SampleIterator<Pixel> one =
        SampleIterator.builder(source, new Twice(), 3).transform(change).seed(5).shuffle().build();
    SampleIterator<Pixel> other =
        SampleIterator.builder(source, new Twice(), 8).transform(change).seed(5).shuffle().build();
    List<Integer> first = numbers(one);
    assertThat(numbers(other)).isEqualTo(first);
    one.reset();
    List<Integer> second = numbers(one);
    assertThat(second).isNotEqualTo(first);
    other.seek(1, 1);
    assertThat(numbers(other)).isEqualTo(second.subList(8, 20));
    SampleIterator<Pixel> seeded =
        SampleIterator.builder(source, new Twice(), 8).transform(change).seed(6).shuffle().build();
    assertThat(numbers(seeded)).isNotEqualTo(first);
  }

  @Test
  void augmentationComesLastAndChangesFeaturesOnly() {
    SampleIterator<Pixel> iterator =
        SampleIterator.builder(SampleSource.of(pixels(3)), new Twice(), 3)
            .transform((sample, random) -> new Pixel(sample.image().get(0, 0, 0) + 51))
            .augment((image, channels, height, width, random) -> image[0] *= 10)
            .build();
    DataSet batch = iterator.next();
    assertThat(batch.getFeatures().getFloat(0)).isEqualTo(2f);
    assertThat(batch.getLabels().getInt(0, 0, 0)).isEqualTo(51);
  }

  /** What one batch left behind must not shine through in the next that uses its memory. */
  @Test
  void aReleasedBatchIsUsedAgainWithNothingOfItLeft() {
    SampleIterator<Pixel> iterator =
        SampleIterator.builder(SampleSource.of(pixels(4)), new Twice(), 2).build();
    DataSet first = iterator.next();
    iterator.release(first);
    DataSet second = iterator.next();
    assertThat(second).isSameAs(first);
    assertThat(second.getLabels().ravel().toIntVector()).containsExactly(2, 2, 3, 3);
  }

  @Test
  void refusesSamplesThatDoNotMakeABatch() {
    assertThatThrownBy(
            () -> SampleIterator.builder(SampleSource.of(pixels(0)), new Twice(), 2).build())
        .hasMessage("samples: expected some, got none");
    assertThatThrownBy(
            () ->
                SampleIterator.builder(SampleSource.of(pixels(1)), new Twice(), 2)
                    .dropLast()
                    .build())
        .hasMessage("samples: expected enough for one batch of 2, got 1");
    List<Pixel> mixed = List.of(new Pixel(1), new Pixel(2).resized(2, 3));
    SampleIterator<Pixel> iterator =
        SampleIterator.builder(SampleSource.of(mixed), new Twice(), 2).build();
    assertThatThrownBy(iterator::next)
        .hasMessage("sample 1: expected an image [1, 1, 1] as the first, got [1, 2, 3]");
  }
}
