package org.capsnet.examples.options;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.capsnet.data.Annotated;
import org.capsnet.data.Augmentation;
import org.capsnet.data.SampleEncoder;
import org.capsnet.data.SampleIterator;
import org.capsnet.data.SampleSource;
import org.capsnet.data.SampleTransform;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Samples, and how they become batches.
 *
 * @param source the samples
 * @param encoder of their labels
 * @param transform random changes, in training
 * @param augmentation of colours, in training
 * @param <T> what a sample is
 */
public record SampleSet<T extends Annotated<T>>(
    SampleSource<T> source,
    SampleEncoder<? super T> encoder,
    SampleTransform<T> transform,
    Augmentation augmentation) {

  /** Samples for validation or test, always the same. */
  public static <T extends Annotated<T>> SampleSet<T> of(
      SampleSource<T> source, SampleEncoder<? super T> encoder) {
    return new SampleSet<>(source, encoder, SampleTransform.none(), Augmentation.none());
  }

  public int count() {
    return source.count();
  }

  /** Each changed at random, shuffled in each epoch. */
  public SampleIterator<T> shuffled(int batch, long seed, DataType type) {
    return SampleIterator.builder(source, encoder, batch)
        .transform(transform)
        .augment(augmentation)
        .shuffle()
        .seed(seed)
        .dataType(type)
        .build();
  }

  /** As they are, in their order. */
  public SampleIterator<T> inOrder(int batch, DataType type) {
    return SampleIterator.builder(source, encoder, batch).dataType(type).build();
  }

  /** A few as one batch, from the first to the last at equal distances. */
  public DataSet some(int most) {
    int n = Math.min(most, count());
    List<T> chosen = new ArrayList<>();
    IntStream.range(0, n).forEach(i -> chosen.add(source.get(0, i * count() / n)));
    return SampleIterator.builder(SampleSource.of(chosen), encoder, n).build().next();
  }

  /** How many of the samples of the first epoch have each of the classes. */
  public long[] classCounts(int classes) {
    long[] counts = new long[classes];
    for (int i = 0; i < count(); i++) {
      float[] labels = new float[Math.toIntExact(encoder.labelShape()[0])];
      encoder.encode(source.get(0, i), labels);
      for (int c = 0; c < classes; c++) {
        counts[c] += labels[c] > 0 ? 1 : 0;
      }
    }
    return counts;
  }
}
