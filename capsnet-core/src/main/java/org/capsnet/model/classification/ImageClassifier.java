package org.capsnet.model.classification;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Values;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Masking;
import org.capsnet.capsule.RoutingTrace;
import org.capsnet.data.ImageIterator;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Prefetching;
import org.capsnet.io.FormatException;
import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.ClassWeights;
import org.capsnet.model.Classifier;
import org.capsnet.model.ImageModel;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Reconstructor;
import org.capsnet.nn.Init;
import org.capsnet.train.History;
import org.capsnet.train.ProgressBar;
import org.capsnet.train.Trainable;
import org.capsnet.train.Trainer;
import org.capsnet.train.Validation;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network that classifies and the names of its classes: what an application trains, asks and
 * saves.
 *
 * <pre>{@code
 * LabeledImages images = ImageFolder.read(folder, 3, 64, 64, OnFault.SKIP).images();
 * try (ImageClassifier classifier = ImageClassifier.forImages(images)) {
 *   classifier.train(images, 20);
 *   classifier.save(Path.of("flowers.safetensors"));
 *   Prediction p = classifier.predict(Path.of("unknown.jpg"));
 *   System.out.println(p.className() + " " + p.confidence());
 * }
 * }</pre>
 *
 * <p>{@link CapsNet.Config#sizedFor} says which network that is; any other that is a {@link
 * Classifier} can take its place. {@link TrainingOptions} add augmentation, class weights, early
 * stopping and checkpoints.
 */
public final class ImageClassifier extends ImageModel<Classifier, Prediction> {

  private static final Logger LOG = LoggerFactory.getLogger(ImageClassifier.class);

  /** Adam's first steps move all votes the same way, and would drive every length to 1. */
  private static final int WARM_UP_STEPS = 20;

  /**
   * Joins a network with names.
   *
   * @param net the network; it is put in evaluation mode
   * @param classNames a name for each of its classes
   * @throws IllegalArgumentException if their numbers differ
   */
  public ImageClassifier(Classifier net, List<String> classNames) {
    super(net, classNames, net.classes());
  }

  /**
   * An untrained classifier for images of one's own, of the size that {@link
   * CapsNet.Config#sizedFor} chooses for them; for another, change what that says and join it with
   * names. {@link #toString} tells the choice, and the log.
   *
   * @param images any
   * @return a classifier for their size, channels and classes
   * @throws IllegalArgumentException if they are too small for the kernels, or no memory would hold
   *     a training of the network; the message says what would fit
   */
  public static ImageClassifier forImages(LabeledImages images) {
    CapsNet.Config sized = CapsNet.Config.sizedFor(images);
    sized.build(Init.shapesOnly(DataType.FLOAT)).summary().requireMemory(1);
    ImageClassifier made = new ImageClassifier(sized.build(0), images.classNames());
    LOG.info("{}, sized for {} images", made, images.count());
    return made;
  }

  /**
   * A trained classifier of handwritten digits, {@code "0"} to {@code "9"}: {@link
   * EfficientCapsNet#pretrained()}, which says what they have to look like.
   *
   * @return the classifier, a new one at each call
   */
  public static ImageClassifier ofDigits() {
    EfficientCapsNet net = EfficientCapsNet.pretrained();
    return new ImageClassifier(
        net, IntStream.range(0, net.classes()).mapToObj(Integer::toString).toList());
  }

  /**
   * Trains with settings that do for most: Adam after a short warm-up, batches of 32, in an order
   * that changes each epoch, with progress on the console.
   *
   * @param images of this network's size and classes
   * @param epochs at least 1
   * @return how it went
   * @throws IllegalArgumentException if the classes or the size differ, or there is too little
   *     memory
   */
  public History train(LabeledImages images, int epochs) {
    return fit(images, null, TrainingOptions.epochs(epochs));
  }

  /**
   * Trains, and judges each epoch by other images.
   *
   * @param images of this network's size and classes
   * @param validation of the same size and classes
   * @param options how to train
   * @return how it went
   * @throws IllegalArgumentException if the classes or the size differ, there is too little memory,
   *     or a class that shall weigh as much as the others has no image
   */
  public History train(LabeledImages images, LabeledImages validation, TrainingOptions options) {
    return fit(images, Objects.requireNonNull(validation, "validation"), options);
  }

  private History fit(LabeledImages images, LabeledImages validation, TrainingOptions options) {
    requireSame(images);
    net().summary().requireMemory(options.batch);
    ImageIterator.Builder batches =
        ImageIterator.builder(images, options.batch)
            .shuffle()
            .augment(options.augmentation)
            .seed(options.seed)
            .dataType(net().type());
    options.mixUp.ifPresent(batches::mixUp);
    double[] weights =
        options.balanced
            ? ClassWeights.inverseFrequency(images.classCounts())
            : options.classWeights;
    Trainer trainer = trainer(options, weights);
    try (Prefetching ahead = Prefetching.of(batches.build())) {
      return validation == null
          ? trainer.fit(ahead)
          : trainer.fit(ahead, inOrder(validation, options.batch));
    }
  }

  private Trainer trainer(TrainingOptions options, double... weights) {
    ClassLoss loss = options.loss.orElseGet(ability()::loss).smoothed(options.smoothing);
    Map<String, String> facts = new HashMap<>();
    facts.put("weights of the classes", Arrays.toString(weights));
    if (options.smoothing > 0) {
      facts.put("label smoothing", Double.toString(options.smoothing));
    }
    Trainer trainer =
        Trainer.of(ClassificationObjective.standard(ability(), loss.weightedBySample(weights)))
            .updater(
                new Adam(new RampSchedule(new FixedSchedule(options.learningRate), WARM_UP_STEPS)))
            .epochs(options.epochs)
            .provenance(facts)
            .metadata(metadata());
    if (!options.quiet) {
      trainer.listener(ProgressBar.onConsole());
    }
    return options.trainer.apply(trainer);
  }

  private void requireSame(LabeledImages images) {
    if (!images.classNames().equals(classNames())) {
      throw new IllegalArgumentException(
          "classes: expected " + classNames() + ", got " + images.classNames());
    }
    image().require(images);
  }

  private ImageIterator inOrder(LabeledImages images, int batch) {
    requireSame(images);
    return ImageIterator.builder(images, batch).dataType(net().type()).build();
  }

  /**
   * Judges the classifier.
   *
   * @param images of this network's size and classes
   * @return as {@link #evaluate(DataSetIterator)}
   * @throws IllegalArgumentException if the classes or the size differ
   */
  public Evaluation evaluate(LabeledImages images) {
    return evaluate(inOrder(images, AT_ONCE));
  }

  /**
   * Judges the classifier.
   *
   * @param data images and one-hot labels
   * @return ND4J's evaluation: accuracy, precision and recall of each class, confusion
   */
  public Evaluation evaluate(DataSetIterator data) {
    Trainable objective = ClassificationObjective.standard(ability());
    Evaluation evaluation = Validation.of(objective, data).run().evaluation().orElseThrow();
    evaluation.setLabelsList(classNames());
    return evaluation;
  }

  /**
   * How much of each voter, a capsule that the last layer is given, went to each class: which parts
   * of an image a class was seen in.
   *
   * @param pixels {@code [channels, height, width]}, from 0 to 1
   * @return {@code [types, grid.., classes]} on the grid of the capsules that voted, from 0 to 1,
   *     belonging to no scope
   * @throws IllegalArgumentException if the shape is not this network's
   * @throws IllegalStateException if the network is being trained
   * @throws UnsupportedOperationException if it has no coupling coefficients
   */
  public INDArray couplings(INDArray pixels) {
    List<INDArray> all = new ArrayList<>();
    ask(
        one(pixels),
        batch -> {
          try (RoutingTrace trace = RoutingTrace.open()) {
            Capsules classes = ability().classify(batch).classes();
            all.add(couplings(trace.of(classes)));
          }
        });
    return all.get(0);
  }

  /** On the grid of the voters. */
  private static INDArray couplings(RoutingTrace.Routed routed) {
    Capsules voters = routed.input();
    long[] shape = new long[voters.gridRank() + 2];
    shape[0] = voters.types();
    System.arraycopy(voters.grid(), 0, shape, 1, voters.gridRank());
    shape[shape.length - 1] = routed.output().types();
    return Scope.copyDetached(routed.last().coupling().value().reshape('c', shape));
  }

  /**
   * Draws the image that a class capsule of some pose stands for: how to find out what its
   * dimensions mean.
   *
   * @param label the class
   * @param pose {@code [classDim]}, such as one of a {@link Prediction}, or one that is a little
   *     off
   * @return {@code [channels, height, width]}, from 0 to 1, belonging to no scope
   * @throws IllegalArgumentException if there is no such class, or the shape is another
   * @throws IllegalStateException if this network has no decoder
   */
  public INDArray draw(int label, INDArray pose) {
    int classes = classNames().size();
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "label: expected 0 to " + (classes - 1) + ", got " + label);
    }
    if (!(ability() instanceof Reconstructor decoder)) {
      throw new IllegalStateException("this network has no decoder");
    }
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter()) {
      DataType type = net().type();
      Shapes.require("pose", pose, "dim");
      INDArray poses = Nd4j.zeros(type, classes, pose.length());
      poses.putRow(label, pose.castTo(type));
      Variable one = Variable.constant(poses.reshape(1, classes, pose.length()));
      INDArray present = Nd4j.zeros(type, 1, classes);
      present.putScalar(0, label, 1);
      return picture(decoder.reconstruct(Capsules.ofLength(one), present).value().getRow(0));
    }
  }

  private INDArray picture(INDArray pixels) {
    ImageShape own = image();
    return Scope.copyDetached(pixels.reshape(own.channels(), own.height(), own.width()));
  }

  @Override
  protected void predict(Variable images, Consumer<Prediction> to) {
    Capsules classes = ability().classify(images).classes();
    INDArray lengths = classes.activation().value();
    Values.requireNumbers("lengths", lengths);
    INDArray poses = classes.pose().value();
    Optional<INDArray> drawn =
        ability() instanceof Reconstructor decoder && decoder.reconstructs()
            ? Optional.of(decoder.reconstruct(classes, Masking.longest(classes)).value())
            : Optional.empty();
    INDArray labels = Nd4j.argMax(lengths, 1);
    for (long b = 0; b < images.size(0); b++) {
      long row = b;
      to.accept(
          new Prediction(
              labels.getInt((int) b),
              classNames(),
              Scope.copyDetached(lengths.getRow(b)),
              Scope.copyDetached(poses.slice(b)),
              drawn.map(all -> picture(all.getRow(row)))));
    }
  }

  /**
   * Rebuilds a classifier from a file that {@link #save} wrote.
   *
   * @param file a safetensors file, of any network that classifies
   * @return the classifier
   * @throws FormatException if it is no such file
   * @throws IOException if it cannot be read
   */
  public static ImageClassifier load(Path file) throws IOException {
    return load(
        file,
        Classifier.class,
        (net, kept) -> new ImageClassifier(net, names("class", kept, CLASSES)));
  }

  /** The network, the size of its images, the classes and the parameters, in one line. */
  @Override
  public String toString() {
    ImageShape own = image();
    return String.format(
        Locale.ROOT,
        "%s for images %d×%d×%d, %d classes, %,d parameters",
        net().getClass().getSimpleName(),
        own.channels(),
        own.height(),
        own.width(),
        classNames().size(),
        net().parameterCount());
  }
}
