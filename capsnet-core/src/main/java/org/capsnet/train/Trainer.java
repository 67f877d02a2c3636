package org.capsnet.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Trains a model on ND4J's iterators, with ND4J's updaters, schedules and regularization.
 *
 * <pre>{@code
 * History history =
 *     Trainer.of(objective)
 *         .updater(new Adam(1e-3))
 *         .updater("classes", new Adam(1e-4))        // a group of parameters, by name
 *         .freeze("stem")
 *         .movingAverage(0.999)
 *         .epochs(10)
 *         .earlyStopping(EarlyStopping.on(Metric.VALIDATION_LOSS, 3).restoringBest())
 *         .checkpoints(Checkpointing.in(folder))
 *         .resumeIfPresent()
 *         .listener(ProgressBar.onConsole())
 *         .fit(train, validation);
 * }</pre>
 *
 * <p>A step clips the gradients, adds L1 and L2 regularization to them, lets the updater turn them
 * into updates, adds decoupled weight decay and subtracts the result. Regularization leaves biases
 * and scales alone.
 *
 * <p>A training on one machine, of one seed and one {@linkplain org.capsnet.data.SeekableIterator
 * seekable} iterator, gives the same parameters to the last bit, however often it was interrupted
 * and resumed. Interrupting the training thread ends the training after the step it is in, with a
 * checkpoint if any are written, and leaves the thread's interrupt flag set.
 *
 * <p>A trainer is for one thread; each {@code fit} is a training of its own.
 */
public final class Trainer {

  private static final double LEARNING_RATE = 1e-3;

  private final Trainable model;
  private final List<Regularization> regularizations = new ArrayList<>();
  private final List<Metric> metrics = new ArrayList<>();
  private final List<TrainingListener> listeners = new ArrayList<>();
  private Updaters updaters = Updaters.of(new Adam(LEARNING_RATE));
  private GradientClipping clipping = GradientClipping.none();
  private Double movingAverage;
  private int epochs = 1;
  private int maxIterations = Integer.MAX_VALUE;
  private EarlyStopping earlyStopping;
  private Checkpointing checkpointing;
  private TrainingPlan.Resuming resuming = TrainingPlan.Resuming.NEVER;
  private boolean stopsOnShutdown;
  private Provenance provenance = Provenance.NONE;

  private Trainer(Trainable model) {
    this.model = Objects.requireNonNull(model, "model");
  }

  /**
   * A trainer with Adam at 0.001, for one epoch.
   *
   * @param model what to train, in place
   * @return the trainer
   */
  public static Trainer of(Trainable model) {
    return new Trainer(model);
  }

  /**
   * Chooses the updater, with its learning rate or schedule; schedules count iterations and epochs
   * from 0.
   *
   * <p>ε of ND4J's updaters is not PyTorch's. With the moments {@code m_t = β₁ m + (1 - β₁) g} and
   * {@code v_t = β₂ v + (1 - β₂) g²}, and t from 1, a step is
   *
   * <ul>
   *   <li>{@code Adam}: {@code η √(1 - β₂^t) / (1 - β₁^t) · m_t / (√v_t + ε)}, the order of
   *       computation of section 2 of its paper (Kingma and Ba 2015). PyTorch has {@code η / (1 -
   *       β₁^t) · m_t / (√(v_t / (1 - β₂^t)) + ε)}, as the paper's algorithm 1. What here is ε, is
   *       {@code ε / √(1 - β₂^t)} there: at the defaults 32 ε at the first step, 3.2 ε at the
   *       hundredth, ε in the end. Gradients far above ε make no difference.
   *   <li>{@code AMSGrad}: the same with the largest v so far for v_t, in both places: PyTorch's ε
   *       is again {@code ε / √(1 - β₂^t)}.
   *   <li>{@code RmsProp}: {@code η g / (√v_t + ε)} as PyTorch, but v starts from ε instead of 0,
   *       and the default of what is kept of it is 0.95 instead of 0.99.
   * </ul>
   *
   * @param updater any of ND4J's
   * @return this
   */
  public Trainer updater(IUpdater updater) {
    updaters = updaters.withOthers(Objects.requireNonNull(updater, "updater"));
    return this;
  }

  /**
   * Chooses another updater for a group of parameters: a layer and all below it. Of groups within
   * groups the innermost counts. The learning rate that is reported is that of the parameters
   * without a group.
   *
   * @param prefix the dotted name of the layer, as {@code stem}, or of a parameter, as {@code
   *     stem.weight}; a dot at its end makes no difference
   * @param updater any of ND4J's
   * @return this
   */
  public Trainer updater(String prefix, IUpdater updater) {
    updaters = updaters.with(prefix, Optional.of(updater));
    return this;
  }

  /**
   * Leaves groups of parameters as they are: their gradients are not computed, and regularization
   * does not reach them. A layer all of whose parameters are frozen works as in evaluation: batch
   * normalization uses its running statistics and leaves them alone, nothing is dropped out.
   *
   * @param prefixes the dotted names of layers or parameters, as for {@link #updater(String,
   *     IUpdater)}, in which groups may again be trained
   * @return this
   */
  public Trainer freeze(String... prefixes) {
    for (String prefix : prefixes) {
      Objects.requireNonNull(prefix, "prefix");
      updaters = updaters.with(prefix, Optional.empty());
    }
    return this;
  }

  /**
   * Adds regularization of the weights: ND4J's {@code L1Regularization} and {@code
   * L2Regularization} enter the gradient, {@code WeightDecay} is decoupled from it. None of it is
   * part of the loss that is reported.
   *
   * @param more to be added
   * @return this
   */
  public Trainer regularization(Regularization... more) {
    regularizations.addAll(List.of(more));
    return this;
  }

  /**
   * Bounds the gradients.
   *
   * @param clipping how
   * @return this
   */
  public Trainer clipping(GradientClipping clipping) {
    this.clipping = Objects.requireNonNull(clipping, "clipping");
    return this;
  }

  /**
   * Keeps an exponential moving average of what is trained beside it: what is judged on validation
   * data, found by listeners at the end of an epoch and kept as the best is the average, and the
   * model has it when the training is over, unless an exception ends it. The training itself goes
   * on from the parameters, which checkpoints hold beside the averages.
   *
   * <p>The average is corrected for its beginning, as Adam's moments are: after t steps a step s
   * has the weight {@code (1 - decay) decay^(t-s) / (1 - decay^t)}, and the initial weights have
   * none. The running statistics of batch normalization, and other buffers of floating-point
   * numbers, are averaged with them. It costs memory for one more copy of all these, and as much in
   * each checkpoint.
   *
   * @param decay what is kept of the average in a step, from 0 to below 1; 0.999 is usual
   * @return this
   */
  public Trainer movingAverage(double decay) {
    movingAverage = MovingAverage.requireDecay(decay);
    return this;
  }

  /**
   * Chooses how often to go through the training data; on resuming, those done before count.
   *
   * @param epochs from 1
   * @return this
   */
  public Trainer epochs(int epochs) {
    this.epochs = requirePositive("epochs", epochs);
    return this;
  }

  /**
   * Ends the training after so many steps over all epochs, even in the middle of one.
   *
   * @param iterations from 1; on resuming, those done before count
   * @return this
   */
  public Trainer maxIterations(int iterations) {
    this.maxIterations = requirePositive("maxIterations", iterations);
    return this;
  }

  /**
   * Ends the training when it no longer improves.
   *
   * @param rule when that is
   * @return this
   */
  public Trainer earlyStopping(EarlyStopping rule) {
    this.earlyStopping = Objects.requireNonNull(rule, "rule");
    return this;
  }

  /**
   * Saves the training while it runs.
   *
   * @param policy where and how often
   * @return this
   */
  public Trainer checkpoints(Checkpointing policy) {
    this.checkpointing = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /**
   * States what the result depends on beside what the trainer knows of itself: seeds, weights of
   * losses, how samples were split. Checkpoints keep it, and resuming from one that says otherwise
   * is refused, with each difference named. The trainer itself adds what the iterators {@linkplain
   * org.capsnet.data.SeekableIterator#provenance() say of their samples}.
   *
   * @param facts by name, in words for a reader
   * @return this
   */
  public Trainer provenance(Map<String, String> facts) {
    this.provenance = new Provenance(facts, provenance.metadata());
    return this;
  }

  /**
   * Gives every checkpoint, the best one among them, what a file of the model itself says beside
   * the weights, so that the model can be loaded from it: architecture and names of classes.
   * Resuming from a checkpoint that says otherwise is refused as well.
   *
   * @param text by the keys that the model's file has, as {@code ImageClassifier.metadata()} gives
   *     it
   * @return this
   */
  public Trainer metadata(Map<String, String> text) {
    this.provenance = new Provenance(provenance.facts(), text);
    return this;
  }

  /**
   * Goes on from the newest whole checkpoint, and fails if there is none. The model, the groups of
   * parameters and the class of each one's updater, the moving average, the batch size, the number
   * of batches, what the iterators say of their samples and what was stated by {@link #provenance}
   * and {@link #metadata} must be those that wrote it; so must the terms of the loss, but for some
   * that begin or end by a schedule, which shows at the first step. The updater's settings
   * (learning rate, schedule) are this trainer's.
   *
   * <p>A checkpoint that was written before the library kept what a training stands on is taken up
   * by a training that states nothing.
   *
   * @return this
   */
  public Trainer resume() {
    this.resuming = TrainingPlan.Resuming.REQUIRED;
    return this;
  }

  /**
   * As {@link #resume()}, but begins anew where there is no checkpoint.
   *
   * @return this
   */
  public Trainer resumeIfPresent() {
    this.resuming = TrainingPlan.Resuming.IF_PRESENT;
    return this;
  }

  /**
   * Ends the training when the JVM is asked to end, by Ctrl-C or SIGTERM, as an interruption does:
   * after the step it is in, with a checkpoint if any are written. The JVM waits for that, a minute
   * at most, until the listeners know.
   *
   * @return this
   */
  public Trainer stopOnShutdown() {
    this.stopsOnShutdown = true;
    return this;
  }

  /**
   * Adds a metric of one's own to what is reported of each epoch. One that early stopping or the
   * best checkpoint goes by is computed without being added here.
   *
   * @param metric one that is computed on the validation data
   * @return this
   */
  public Trainer metric(Metric metric) {
    metrics.add(Objects.requireNonNull(metric, "metric"));
    return this;
  }

  /**
   * Adds a listener.
   *
   * @param listener called after those added before
   * @return this
   */
  public Trainer listener(TrainingListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Trains without validation.
   *
   * @param train the training data; gone through once an epoch
   * @return what it came to
   * @throws DivergedException if a loss, of training or validation, or a parameter becomes NaN or
   *     infinite
   */
  public History fit(DataSetIterator train) {
    return fit(train, null);
  }

  /**
   * Trains, and judges the model after each epoch. Leaves it in evaluation mode.
   *
   * @param train the training data; gone through once an epoch
   * @param validation the data to judge it by, or null
   * @return what it came to
   * @throws DivergedException if a loss, of training or validation, or a parameter becomes NaN or
   *     infinite
   * @throws IllegalArgumentException if an iterator has no batch, a batch does not fit the model,
   *     or a group has no parameters
   * @throws IllegalStateException if the settings contradict each other, the checkpoints are of
   *     another training or in use by one, or there are none to resume from
   * @throws java.io.UncheckedIOException if a checkpoint cannot be read or written
   */
  public History fit(DataSetIterator train, DataSetIterator validation) {
    Objects.requireNonNull(train, "train");
    TrainingPlan plan =
        new TrainingPlan(
            updaters,
            List.copyOf(regularizations),
            clipping,
            Optional.ofNullable(movingAverage),
            epochs,
            maxIterations,
            Optional.ofNullable(earlyStopping),
            Optional.ofNullable(checkpointing),
            resuming,
            provenance,
            List.copyOf(metrics),
            List.copyOf(listeners));
    plan.check(validation != null);
    updaters.check(model.module());
    BatchSource source = new BatchSource(train, "training");
    Optional<BatchSource> judge =
        Optional.ofNullable(validation).map(data -> new BatchSource(data, "validation"));
    try (ShutdownStop stop = stopsOnShutdown ? new ShutdownStop() : null;
        TrainingRun run = new TrainingRun(model, plan, source, judge)) {
      return run.run();
    }
  }

  private static int requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1, got " + value);
    }
    return value;
  }
}
