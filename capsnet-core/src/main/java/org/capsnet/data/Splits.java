package org.capsnet.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Splits numbered samples at random, each class in the same proportion; samples that belong
 * together, such as the images of one patient, stay in one part. Equal seeds give equal splits.
 */
public final class Splits {

  private Splits() {}

  /**
   * Two parts that have no sample in common, each in increasing order.
   *
   * @param first the numbers of the first part
   * @param second the numbers of the rest
   */
  @SuppressWarnings("ArrayRecordComponent") // a pair of results, which nobody compares
  public record Parts(int[] first, int[] second) {}

  /** Samples that stay together. */
  record Unit(List<Integer> members) {}

  /**
   * Splits samples that are independent of each other.
   *
   * @param labels the class of each sample, from 0
   * @param fraction the share of the first part, above 0 and below 1
   * @param seed any number
   * @return the parts; a class of two or more samples has at least one in each, a single sample
   *     goes to the first
   * @throws IllegalArgumentException if the fraction is out of range
   */
  public static Parts split(int[] labels, double fraction, long seed) {
    return split(labels, alone(labels), fraction, seed);
  }

  /**
   * Splits samples so that no group is in both parts. A group counts for the class that most of its
   * samples have.
   *
   * @param labels the class of each sample, from 0
   * @param groups the group of each sample
   * @param fraction the share of the first part, above 0 and below 1
   * @param seed any number
   * @return the parts; a class of two or more groups has at least one in each
   * @throws IllegalArgumentException if the fraction is out of range, or there are not as many
   *     groups as labels
   */
  public static Parts split(int[] labels, List<String> groups, double fraction, long seed) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException("fraction: expected above 0 and below 1, got " + fraction);
    }
    boolean[] inFirst = new boolean[labels.length];
    Random random = Seeds.stream(seed);
    for (List<Unit> units : unitsByClass(labels, groups, random)) {
      int all = units.stream().mapToInt(unit -> unit.members.size()).sum();
      int share = (int) Math.max(1, Math.min(all - 1, Math.round(fraction * all)));
      int taken = 0;
      for (int i = 0; i < units.size() && taken < share; i++) {
        boolean keptForTheSecond = i > 0 && i == units.size() - 1;
        if (!keptForTheSecond) {
          units.get(i).members.forEach(member -> inFirst[member] = true);
          taken += units.get(i).members.size();
        }
      }
    }
    return parts(inFirst);
  }

  /**
   * Makes folds for cross-validation of samples that are independent of each other.
   *
   * @param labels the class of each sample, from 0
   * @param folds how many, 2 or more
   * @param seed any number
   * @return for each fold the samples to train on, first, and to test on, second; every sample is
   *     tested once, and two folds differ by at most one sample of a class
   * @throws IllegalArgumentException if there are fewer than 2 folds, or fewer samples than folds
   */
  public static List<Parts> folds(int[] labels, int folds, long seed) {
    return folds(labels, alone(labels), folds, seed);
  }

  /**
   * Makes folds for cross-validation so that no group is in two of them.
   *
   * @param labels the class of each sample, from 0
   * @param groups the group of each sample
   * @param folds how many, 2 or more
   * @param seed any number
   * @return for each fold the samples to train on, first, and to test on, second; every sample is
   *     tested once
   * @throws IllegalArgumentException if there are fewer than 2 folds, fewer groups than folds, or
   *     not as many groups as labels
   */
  public static List<Parts> folds(int[] labels, List<String> groups, int folds, long seed) {
    long distinct = groups.stream().distinct().count();
    if (folds < 2 || folds > distinct) {
      throw new IllegalArgumentException(
          "folds: expected 2 to %s, the number of groups, got %s".formatted(distinct, folds));
    }
    int[] foldOf = new int[labels.length];
    int[] sizes = new int[folds];
    for (List<Unit> units : unitsByClass(labels, groups, Seeds.stream(seed))) {
      int[] ofClass = new int[folds];
      for (Unit unit : units) {
        int fold = emptiest(ofClass, sizes);
        unit.members.forEach(member -> foldOf[member] = fold);
        ofClass[fold] += unit.members.size();
        sizes[fold] += unit.members.size();
      }
    }
    return IntStream.range(0, folds).mapToObj(fold -> allBut(fold, foldOf)).toList();
  }

  /** The fold with the fewest of the class, and of those the smallest. */
  private static int emptiest(int[] ofClass, int[] sizes) {
    int best = 0;
    for (int i = 1; i < sizes.length; i++) {
      boolean smaller = ofClass[i] == ofClass[best] && sizes[i] < sizes[best];
      if (ofClass[i] < ofClass[best] || smaller) {
        best = i;
      }
    }
    return best;
  }

  private static Parts allBut(int fold, int[] foldOf) {
    boolean[] train = new boolean[foldOf.length];
    for (int i = 0; i < train.length; i++) {
      train[i] = foldOf[i] != fold;
    }
    return parts(train);
  }

  private static Parts parts(boolean[] inFirst) {
    IntStream all = IntStream.range(0, inFirst.length);
    IntStream again = IntStream.range(0, inFirst.length);
    return new Parts(
        all.filter(i -> inFirst[i]).toArray(), again.filter(i -> !inFirst[i]).toArray());
  }

  // ---------------------------------------------------------------- groups

  private static List<String> alone(int[] labels) {
    return IntStream.range(0, labels.length).mapToObj(Integer::toString).toList();
  }

  /** The units of each class in random order, class by class. */
  private static List<List<Unit>> unitsByClass(int[] labels, List<String> groups, Random random) {
    if (groups.size() != labels.length) {
      throw new IllegalArgumentException(
          "groups: expected one for each of %s samples, got %s"
              .formatted(labels.length, groups.size()));
    }
    Map<String, Unit> units = new LinkedHashMap<>();
    for (int i = 0; i < labels.length; i++) {
      units.computeIfAbsent(groups.get(i), name -> new Unit(new ArrayList<>())).members.add(i);
    }
    int classes = Arrays.stream(labels).max().orElse(-1) + 1;
    List<List<Unit>> byClass = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      byClass.add(new ArrayList<>());
    }
    units.values().forEach(unit -> byClass.get(mostFrequent(unit, labels, classes)).add(unit));
    byClass.replaceAll(ofClass -> shuffled(ofClass, random));
    return byClass;
  }

  private static int mostFrequent(Unit unit, int[] labels, int classes) {
    if (unit.members.size() == 1) {
      return labels[unit.members.get(0)]; // without a count of all classes for each sample
    }
    int[] counts = new int[classes];
    unit.members.forEach(member -> counts[labels[member]]++);
    int best = 0;
    for (int c = 1; c < classes; c++) {
      best = counts[c] > counts[best] ? c : best;
    }
    return best;
  }

  private static List<Unit> shuffled(List<Unit> units, Random random) {
    int[] order = IntStream.range(0, units.size()).toArray();
    Seeds.shuffle(order, random);
    return Arrays.stream(order).mapToObj(units::get).toList();
  }
}
