package org.capsnet.model.classification;

import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.capsnet.data.Augmentation;
import org.capsnet.loss.ClassLoss;
import org.capsnet.model.Sizes;
import org.capsnet.train.Trainer;

/**
 * How {@link ImageClassifier#train(org.capsnet.data.LabeledImages, org.capsnet.data.LabeledImages,
 * TrainingOptions)} trains. What is not said is as for {@link
 * ImageClassifier#train(org.capsnet.data.LabeledImages, int)}.
 *
 * <pre>{@code
 * TrainingOptions options = TrainingOptions.epochs(100)
 *     .augmentation(new RandomShift(3))
 *     .balanced()
 *     .trainer(t -> t
 *         .earlyStopping(EarlyStopping.on(Metric.VALIDATION_ACCURACY, 10).restoringBest())
 *         .checkpoints(Checkpointing.in(Path.of("runs/flowers")))
 *         .resumeIfPresent());
 * }</pre>
 *
 * <p>Each method changes this object and returns it.
 */
public final class TrainingOptions {

  final int epochs;
  int batch = 32;
  double learningRate = 1e-3;
  long seed;
  Augmentation augmentation = Augmentation.none();
  double[] classWeights = {};
  boolean balanced;
  Optional<ClassLoss> loss = Optional.empty();
  Optional<Double> mixUp = Optional.empty();
  double smoothing;
  UnaryOperator<Trainer> trainer = UnaryOperator.identity();
  boolean quiet;

  private TrainingOptions(int epochs) {
    Sizes.atLeast(1, "epochs", epochs);
    this.epochs = epochs;
  }

  /**
   * Options for a training of so many epochs, or fewer with early stopping.
   *
   * @param number at least 1
   * @return the options
   */
  public static TrainingOptions epochs(int number) {
    return new TrainingOptions(number);
  }

  /**
   * The images of a step.
   *
   * @param size at least 1; 32 by default
   * @return this
   */
  public TrainingOptions batch(int size) {
    Sizes.atLeast(1, "batch", size);
    batch = size;
    return this;
  }

  /**
   * Adam's learning rate, after a warm-up of 20 steps.
   *
   * @param rate above 0; 0.001 by default
   * @return this
   */
  public TrainingOptions learningRate(double rate) {
    if (!(rate > 0)) {
      throw new IllegalArgumentException("learning rate: expected above 0, got " + rate);
    }
    learningRate = rate;
    return this;
  }

  /**
   * The seed of the order and the changes of the images.
   *
   * @param number any; 0 by default
   * @return this
   */
  public TrainingOptions seed(long number) {
    seed = number;
    return this;
  }

  /**
   * What is done to each training image in each epoch.
   *
   * @param change none by default
   * @return this
   */
  public TrainingOptions augmentation(Augmentation change) {
    augmentation = Objects.requireNonNull(change, "change");
    return this;
  }

  /**
   * What a sample of each class weighs in the loss.
   *
   * @param weights one a class, above 0
   * @return this
   */
  public TrainingOptions classWeights(double... weights) {
    classWeights = weights.clone();
    balanced = false;
    return this;
  }

  /**
   * Lets each class weigh as much as any other, however few images it has.
   *
   * @return this
   */
  public TrainingOptions balanced() {
    balanced = true;
    return this;
  }

  /**
   * The loss of the classes.
   *
   * @param ofActivations what takes the place of {@linkplain org.capsnet.model.Classifier#loss that
   *     of the network's paper}
   * @return this
   */
  public TrainingOptions loss(ClassLoss ofActivations) {
    loss = Optional.of(ofActivations);
    return this;
  }

  /**
   * Mixes each image with another, and the labels alike; see {@link
   * org.capsnet.data.ImageIterator.Builder#mixUp}.
   *
   * @param alpha above 0 and at most 1; images are not mixed by default
   * @return this
   */
  public TrainingOptions mixUp(double alpha) {
    mixUp = Optional.of(alpha);
    return this;
  }

  /**
   * Divides a share of the labels among all classes; see {@link ClassLoss#smoothed}.
   *
   * @param share from 0 to below 1; 0 by default
   * @return this
   */
  public TrainingOptions smoothLabels(double share) {
    smoothing = share;
    return this;
  }

  /**
   * Asks the trainer for more: early stopping, checkpoints, frozen parts, another updater, metrics.
   *
   * @param settings applied after those of the other options
   * @return this
   */
  public TrainingOptions trainer(UnaryOperator<Trainer> settings) {
    UnaryOperator<Trainer> before = trainer;
    trainer = t -> settings.apply(before.apply(t));
    return this;
  }

  /**
   * Prints no progress; listeners that were added stay.
   *
   * @return this
   */
  public TrainingOptions quiet() {
    quiet = true;
    return this;
  }
}
