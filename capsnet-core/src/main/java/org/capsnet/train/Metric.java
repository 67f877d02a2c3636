package org.capsnet.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.nd4j.linalg.dataset.DataSet;

/**
 * A number of an epoch by which one state of a model is better than another: its name, the better
 * direction and, of a metric of one's own, the function that computes it.
 *
 * <p>What the library reports needs no function. The mean loss of an epoch and each of its terms
 * are {@code train_loss}, {@code train_margin}, {@code validation_loss}, {@code validation_margin}
 * and so on; a model that predicts classes has {@code train_accuracy} and {@code
 * validation_accuracy}. A metric of one's own is computed over the validation data after each
 * epoch:
 *
 * <pre>{@code
 * Metric margin = Metric.reported("validation_margin", Metric.Better.SMALLER);
 * Metric dice = Metric.onValidation("dice", Metric.Better.LARGER, MeanDice::new); // validation_dice
 * trainer.earlyStopping(EarlyStopping.on(dice, 5).restoringBest());
 * }</pre>
 *
 * @param name {@code train_} or {@code validation_}, and letters, digits and underscores
 * @param better which way is better
 * @param computation makes what computes it, anew for each epoch; empty for what is reported anyway
 */
public record Metric(
    String name, Better better, Optional<Supplier<? extends Accumulator>> computation) {

  static final String TRAIN = "train_";
  static final String VALIDATION = "validation_";
  static final String LOSS = "loss";
  static final String ACCURACY = "accuracy";

  private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");

  /** The mean loss over the training data of the epoch, smaller being better. */
  public static final Metric TRAIN_LOSS = reported(TRAIN + LOSS, Better.SMALLER);

  /** The share of the training data predicted right during the epoch, larger being better. */
  public static final Metric TRAIN_ACCURACY = reported(TRAIN + ACCURACY, Better.LARGER);

  /** The mean loss over the validation data after the epoch, smaller being better. */
  public static final Metric VALIDATION_LOSS = reported(VALIDATION + LOSS, Better.SMALLER);

  /** The share of the validation data predicted right after the epoch, larger being better. */
  public static final Metric VALIDATION_ACCURACY = reported(VALIDATION + ACCURACY, Better.LARGER);

  /** Which of two numbers is the better one. */
  public enum Better {
    /** As of an accuracy. */
    LARGER,
    /** As of a loss. */
    SMALLER
  }

  /** Computes a number over the validation data, batch by batch. */
  public interface Accumulator {

    /**
     * Takes a batch in. What it keeps of the arrays it must copy.
     *
     * @param batch features and labels
     * @param loss what the model gave for it: the loss, the classes predicted, and the {@linkplain
     *     Loss#output outputs} by name
     */
    void add(DataSet batch, Loss loss);

    /** {@return the number, of all batches added; NaN if there is none} */
    double value();

    /**
     * One that is made of two functions, on what they share: an evaluation.
     *
     * @param add takes a batch in, as {@link #add}
     * @param value gives the number, as {@link #value()}
     * @return both
     */
    static Accumulator of(BiConsumer<DataSet, Loss> add, DoubleSupplier value) {
      return new Accumulator() {
        @Override
        public void add(DataSet batch, Loss loss) {
          add.accept(batch, loss);
        }

        @Override
        public double value() {
          return value.getAsDouble();
        }
      };
    }
  }

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if it is none that an epoch could have, or says that a
   *     computation is not done on validation data
   */
  public Metric {
    Objects.requireNonNull(better, "better");
    String prefix = name.startsWith(TRAIN) ? TRAIN : VALIDATION;
    boolean fits = name.startsWith(prefix) && isName(name.substring(prefix.length()));
    if (!fits || (computation.isPresent() && prefix.equals(TRAIN))) {
      throw new IllegalArgumentException(
          "metric: expected %s or %s and a name of letters, digits and underscores, got %s"
              .formatted(TRAIN, VALIDATION, name));
    }
  }

  /**
   * A number that epochs report under a name.
   *
   * @param name as {@code validation_margin}
   * @param better which way is better
   * @return the metric
   */
  public static Metric reported(String name, Better better) {
    return new Metric(name, better, Optional.empty());
  }

  /**
   * A number that is computed over the validation data after each epoch.
   *
   * @param name as {@code dice}; the metric is {@code validation_dice}
   * @param better which way is better
   * @param computation makes what computes it, anew for each epoch
   * @return the metric
   */
  public static Metric onValidation(
      String name, Better better, Supplier<? extends Accumulator> computation) {
    return new Metric(VALIDATION + name, better, Optional.of(computation));
  }

  /** {@return whether it is measured on validation data} */
  public boolean needsValidation() {
    return name.startsWith(VALIDATION);
  }

  /** {@return the name} */
  @Override
  public String toString() {
    return name;
  }

  /** Whether a text could be a name, or what is behind its prefix. */
  static boolean isName(String text) {
    return WORD.matcher(text).matches();
  }

  /** Checks the name of a term, which is a part of metrics' names. */
  static void requireTerm(String name) {
    if (!isName(name) || Set.of(LOSS, ACCURACY).contains(name)) {
      throw new IllegalArgumentException(
          "term: expected a name of letters, digits and underscores, neither %s nor %s, got %s"
              .formatted(LOSS, ACCURACY, name));
    }
  }

  /**
   * Those metrics that have to be computed, once each.
   *
   * @throws IllegalArgumentException if two of one name are computed in different ways
   */
  static List<Metric> computed(List<Metric> all) {
    Map<String, Metric> byName = new LinkedHashMap<>();
    for (Metric metric : all) {
      if (metric.computation().isPresent()) {
        Metric before = byName.putIfAbsent(metric.name(), metric);
        if (before != null && !before.equals(metric)) {
          throw new IllegalArgumentException("metrics: two are named " + metric);
        }
      }
    }
    return new ArrayList<>(byName.values());
  }

  /**
   * Finds the best epoch. An epoch takes the place of an earlier one only by being better than it
   * by more than {@code minDelta}, so that the first of equals wins.
   *
   * @param epochs in order
   * @param minDelta the least improvement that counts, from 0
   * @return the index of the best; empty if no epoch has the number
   */
  OptionalInt best(List<EpochReport> epochs, double minDelta) {
    int best = -1;
    for (int i = 0; i < epochs.size(); i++) {
      double now = epochs.get(i).get(this);
      if (!Double.isNaN(now) && (best < 0 || gain(epochs.get(best).get(this), now) > minDelta)) {
        best = i;
      }
    }
    return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
  }

  private double gain(double from, double to) {
    return better == Better.LARGER ? to - from : from - to;
  }
}
