package org.capsnet.data;

import java.util.List;
import java.util.Objects;
import java.util.function.LongFunction;

/**
 * Samples by epoch and number: a list that is the same in every epoch, or a generator that never
 * repeats one. The sample is a function of the two numbers alone.
 *
 * @param <T> what a sample is
 */
public interface SampleSource<T> {

  /** {@return the number of samples in an epoch, 0 or more} */
  int count();

  /**
   * One sample.
   *
   * @param epoch from 0
   * @param index from 0 to {@link #count()} - 1
   * @return the sample
   */
  T get(int epoch, int index);

  /**
   * The same samples in every epoch.
   *
   * @param samples the samples; copied
   * @param <T> what a sample is
   * @return their source
   */
  static <T> SampleSource<T> of(List<T> samples) {
    List<T> copy = List.copyOf(samples);
    return new SampleSource<>() {
      @Override
      public int count() {
        return copy.size();
      }

      @Override
      public T get(int epoch, int index) {
        return copy.get(index);
      }
    };
  }

  /**
   * New samples in every epoch: epoch e has the numbers e·count to (e + 1)·count - 1.
   *
   * @param generator gives the sample of a number, from 0
   * @param count how many make an epoch
   * @param <T> what a sample is
   * @return their source
   */
  static <T> SampleSource<T> endless(LongFunction<? extends T> generator, int count) {
    return new SampleSource<>() {
      @Override
      public int count() {
        return count;
      }

      @Override
      public T get(int epoch, int index) {
        return generator.apply((long) epoch * count + Objects.checkIndex(index, count));
      }
    };
  }

  /**
   * The first samples of a generator, the same in every epoch and generated anew each time, so that
   * they take no memory.
   *
   * @param generator gives the sample of a number, from 0
   * @param count how many
   * @param <T> what a sample is
   * @return their source
   */
  static <T> SampleSource<T> repeated(LongFunction<? extends T> generator, int count) {
    SampleSource<T> endless = endless(generator, count);
    return new SampleSource<>() {
      @Override
      public int count() {
        return count;
      }

      @Override
      public T get(int epoch, int index) {
        return endless.get(0, index);
      }
    };
  }
}
