package org.capsnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.capsnet.autograd.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.factory.Nd4j;

@Timeout(60)
class PrefetchingTest {

  private static ImageIterator numbers(int count, int batch) {
    return ImageIterator.builder(Pictures.numbered(count), batch).seed(5).shuffle().build();
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("capsnet-prefetch"))
        .count();
  }

  @Test
  void givesWhatTheIteratorGives() {
    try (Prefetching prefetching = Prefetching.of(numbers(50, 8))) {
      ImageIterator alone = numbers(50, 8);
      for (int epoch = 0; epoch < 3; epoch++) {
        assertThat(ImageIteratorTest.numbers(prefetching))
            .isEqualTo(ImageIteratorTest.numbers(alone));
        assertThat(prefetching.hasNext()).isFalse();
        assertThatThrownBy(prefetching::next).isInstanceOf(NoSuchElementException.class);
        prefetching.reset();
        alone.reset();
      }
    }
    assertThat(threads()).isZero();
  }

  /** Any mixture of calls: 0 asks, 1 to 3 takes, 4 resets, 5 and above seeks. */
  @Property(tries = 100, seed = "1")
  void anyMixtureOfCallsGivesTheSame(
      @ForAll @Size(max = 30) List<@IntRange(max = 9) Integer> calls,
      @ForAll @IntRange(min = 1, max = 4) int ahead) {
    ImageIterator alone = numbers(10, 3);
    try (Prefetching prefetching = Prefetching.of(numbers(10, 3), ahead)) {
      for (int call : calls) {
        if (call == 4) {
          alone.reset();
          prefetching.reset();
        } else if (call >= 5) {
          alone.seek(call % 3, call - 5);
          ((SeekableIterator) prefetching).seek(call % 3, call - 5);
        } else if (call > 0 && alone.hasNext()) {
          assertThat(prefetching.next()).isEqualTo(alone.next());
        }
        assertThat(prefetching.hasNext()).isEqualTo(alone.hasNext());
      }
    }
  }

  @Test
  void worksAheadAndNoFurther() throws InterruptedException {
    AtomicInteger made = new AtomicInteger();
    ImageIterator counted = numbers(50, 1);
    counted.setPreProcessor(batch -> made.incrementAndGet());
    try (Prefetching prefetching = Prefetching.of(counted, 3)) {
      assertThat(prefetching.hasNext()).isTrue();
      assertThat(made).hasValue(0);
      prefetching.next();
      long deadline = System.nanoTime() + 10_000_000_000L;
      while (made.get() < 5 && System.nanoTime() < deadline) {
        Thread.sleep(5);
      }
      Thread.sleep(150);
      assertThat(made).hasValue(5); // one taken, three waiting, one in the maker's hand
    }
    assertThat(threads()).isZero();
  }

  /** Those that were used, and those that were made ahead and nobody took. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void aFewBatchesServeForEver(DataType type) {
    Set<DataSet> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    int[] labels = IntStream.range(0, 50).map(i -> i % 3).toArray();
    byte[] pixels = new byte[50];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) i;
    }
    LabeledImages images = new LabeledImages(pixels, 1, 1, 1, labels, List.of("a", "b", "c"));
    ImageIterator.Builder builder =
        ImageIterator.builder(images, 1).seed(5).shuffle().dataType(type);
    ImageIterator alone = builder.build();
    try (Prefetching prefetching = Prefetching.of(builder.build(), 3)) {
      for (int epoch = 0; epoch < 30; epoch++) {
        ((SeekableIterator) prefetching).seek(epoch, 0);
        alone.seek(epoch, 0);
        for (int i = 0; i < 4; i++) {
          DataSet batch = prefetching.next();
          DataSet expected = alone.next();
          assertThat(batch.getFeatures()).isEqualTo(expected.getFeatures());
          assertThat(batch.getLabels()).isEqualTo(expected.getLabels());
          seen.add(batch);
          ((SeekableIterator) prefetching).release(batch);
        }
      }
    }
    assertThat(seen).hasSizeLessThanOrEqualTo(6); // three waiting, two being made, one in use
  }

  @Test
  void whatTheIteratorThrowsReachesTheCallerAfterTheBatchesBefore() {
    for (Throwable thrown :
        new Throwable[] {new IllegalStateException("disk"), new StackOverflowError()}) {
      ImageIterator failing = numbers(10, 1);
      AtomicInteger made = new AtomicInteger();
      failing.setPreProcessor(
          batch -> {
            if (made.incrementAndGet() == 3) {
              sneak(thrown);
            }
          });
      try (Prefetching prefetching = Prefetching.of(failing, 5)) {
        prefetching.next();
        prefetching.next();
        assertThatThrownBy(prefetching::next).isSameAs(thrown);
        assertThatThrownBy(prefetching::hasNext).isSameAs(thrown);
        prefetching.reset();
        assertThat(ImageIteratorTest.numbers(prefetching)).hasSize(10);
      }
    }
  }

  private static void sneak(Throwable thrown) {
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    throw (Error) thrown;
  }

  @SuppressWarnings("serial")
  private static final class OneBatch extends SingletonDataSetIterator {

    OneBatch(DataSet batch) {
      super(batch);
    }

    @Override
    public boolean asyncSupported() {
      return true;
    }
  }

  @Test
  void takesOtherIteratorsAndDoesNotPretendThatTheySeek() {
    DataSet batch = new DataSet(Nd4j.ones(2, 3), Nd4j.ones(2, 1));
    try (Prefetching prefetching = Prefetching.of(new OneBatch(batch))) {
      assertThat(prefetching).isNotInstanceOf(SeekableIterator.class);
      for (int epoch = 0; epoch < 2; epoch++) {
        int count = 0;
        for (; prefetching.hasNext(); count++) {
          assertThat(prefetching.next()).isEqualTo(batch);
        }
        assertThat(count).isEqualTo(1);
        prefetching.reset();
      }
    }
  }

  @Test
  void batchesBelongToNoWorkspace() {
    try (Prefetching prefetching = Prefetching.of(numbers(10, 5))) {
      INDArray features;
      try (Scope scope = Scope.open()) {
        features = prefetching.next().getFeatures();
      }
      assertThat(features.isAttached()).isFalse();
      assertThat(features.length()).isEqualTo(5);
    }
  }

  @Test
  void passesOnWhatTheIteratorIs() {
    ImageIterator below = numbers(10, 5);
    try (Prefetching prefetching = Prefetching.of(below)) {
      assertThat(prefetching.inputColumns()).isEqualTo(1);
      assertThat(prefetching.totalOutcomes()).isEqualTo(1);
      assertThat(prefetching.batch()).isEqualTo(5);
      assertThat(prefetching.getLabels()).containsExactly("only");
      assertThat(prefetching.resetSupported()).isTrue();
      assertThat(prefetching.asyncSupported()).isFalse();
      DataSetPreProcessor none = batch -> {};
      prefetching.setPreProcessor(none);
      assertThat(prefetching.getPreProcessor()).isSameAs(none);
      prefetching.next();
      assertThatThrownBy(() -> prefetching.setPreProcessor(none))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> prefetching.next(3))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void refusesWhatCannotWork() {
    assertThatThrownBy(() -> Prefetching.of(numbers(1, 1), 0))
        .hasMessage("ahead: expected 1 or more, got 0");
    try (Prefetching once = Prefetching.of(numbers(1, 1))) {
      assertThatThrownBy(() -> Prefetching.of(once))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("expected an iterator that supports asynchronous use, got ");
    }
  }
}
