package org.capsnet.kernel;

/**
 * Samples, of which a worker routes a few together, a group: so what makes the votes for an output
 * capsule is read once for all of them. Groups are cut into fixed parts, each with gradients of its
 * own of what samples share, so that results are the same by any number of workers.
 *
 * @param samples all of them
 * @param size the samples of a group, of which the last may have fewer
 */
record SampleGroups(int samples, int size) {

  private static final int PARTS = 16;

  /** The most numbers in the gradients of all parts, of what samples share. */
  private static final long MOST = 1L << 24;

  /** The most samples of a group, and the groups that are wanted at least. */
  private static final int LARGEST = 8;

  private static final int LEAST_GROUPS = 16;

  static SampleGroups of(long samples) {
    int size = (int) Math.max(1, Math.min(LARGEST, samples / LEAST_GROUPS));
    return new SampleGroups(Math.toIntExact(samples), size);
  }

  /** Each sample is a group of its own. */
  static SampleGroups ofOne(long samples) {
    return new SampleGroups(Math.toIntExact(samples), 1);
  }

  /** The groups. */
  int count() {
    return (samples + size - 1) / size;
  }

  /** The samples of one of them. */
  int count(int group) {
    return Math.min(size, samples - group * size);
  }

  /** The numbers in the output capsules of a group. */
  int numbers(int group, VoteSizes sizes) {
    return count(group) * sizes.out() * sizes.dim();
  }

  /** Where they begin among those of all samples. */
  long at(int group, VoteSizes sizes) {
    return (long) group * sizes.outputs() * sizes.dim();
  }

  /** How many parts groups are cut into, by the numbers that samples share. */
  int parts(long sharedNumbers) {
    long fit = Long.highestOneBit(Math.max(1, MOST / Math.max(1, sharedNumbers)));
    return (int) Math.min(Math.min(PARTS, count()), fit);
  }

  /** The first group of a part. */
  int first(int part, int parts) {
    return (int) ((long) count() * part / parts);
  }
}
