package org.capsnet.data;

import java.util.random.RandomGenerator;

/** Random changes with a description that is the same in every process. */
final class Described {

  private Described() {}

  /** A change of an image. */
  record Change(String text, Augmentation how) implements Augmentation {

    @Override
    public void apply(float[] image, int channels, int height, int width, RandomGenerator random) {
      how.apply(image, channels, height, width, random);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** A change of a sample. */
  record Transform<T>(String text, SampleTransform<T> how) implements SampleTransform<T> {

    @Override
    public T apply(T sample, RandomGenerator random) {
      return how.apply(sample, random);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  static String sometimes(Object change, double probability) {
    return text(change) + " sometimes (" + probability + ")";
  }

  static String both(Object first, Object next) {
    return text(first) + " then " + text(next);
  }

  /** The description of an object, without what would differ in another process. */
  static String text(Object what) {
    return String.valueOf(what)
        .replaceAll("\\$\\$Lambda[^\\s,\\])]*", ".lambda")
        .replaceAll("@\\p{XDigit}{1,8}\\b", "");
  }
}
