package org.capsnet.model;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Values;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Masking;
import org.capsnet.data.ImageIterator;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Prefetching;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.loss.ClassWeights;
import org.capsnet.loss.MarginLoss;
import org.capsnet.train.History;
import org.capsnet.train.ProgressBar;
import org.capsnet.train.Trainer;
import org.capsnet.train.Validation;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link CapsNet} and the names of its classes: what an application trains, asks and saves.
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
 * <p>{@link CapsNet#builderFor} says which network that is. {@link TrainingOptions} add
 * augmentation, class weights, early stopping and checkpoints. Any number of threads may predict
 * with one classifier, as long as none trains it.
 */
public final class ImageClassifier implements AutoCloseable {

  private static final String CLASSES = "capsnet.classes";

  private static final Logger LOG = LoggerFactory.getLogger(ImageClassifier.class);

  private static final int EVALUATION_BATCH = 32;

  /** Adam's first steps move all votes the same way, and would drive every length to 1. */
  private static final int WARM_UP_STEPS = 20;

  private final CapsNet net;
  private final List<String> classNames;

  /**
   * Joins a network with names.
   *
   * @param net the network; it is put in evaluation mode
   * @param classNames a name for each of its classes
   * @throws IllegalArgumentException if their numbers differ
   */
  public ImageClassifier(CapsNet net, List<String> classNames) {
    this.net = net;
    this.classNames = Names.require("class", classNames, net.architecture().classes());
    net.eval();
  }

  /**
   * An untrained classifier for images of one's own, of the size that {@link CapsNet#builderFor}
   * chooses for them; for another, change what that builder says and join it with names. {@link
   * #toString} tells the choice, and the log.
   *
   * @param images any
   * @return a classifier for their size, channels and classes
   * @throws IllegalArgumentException if they are too small for the kernels, or no memory would hold
   *     a training of the network; the message says what would fit
   */
  public static ImageClassifier forImages(LabeledImages images) {
    CapsNet.Builder sized = CapsNet.builderFor(images);
    new CapsNetSummary(sized.architecture()).requireMemory(1);
    ImageClassifier classifier = new ImageClassifier(sized.build(), images.classNames());
    LOG.info("{}, sized for {} images", classifier, images.count());
    return classifier;
  }

  /**
   * The network.
   *
   * @return the network itself
   */
  public CapsNet net() {
    return net;
  }

  /**
   * The names of the classes.
   *
   * @return by index
   */
  public List<String> classNames() {
    return classNames;
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
    new CapsNetSummary(net.architecture()).requireMemory(options.batch);
    ImageIterator batches =
        ImageIterator.builder(images, options.batch)
            .shuffle()
            .augment(options.augmentation)
            .seed(options.seed)
            .dataType(net.architecture().type())
            .build();
    double[] weights =
        options.balanced
            ? ClassWeights.inverseFrequency(images.classCounts())
            : options.classWeights;
    Trainer trainer = trainer(options, weights);
    try (Prefetching ahead = Prefetching.of(batches)) {
      return validation == null
          ? trainer.fit(ahead)
          : trainer.fit(ahead, inOrder(validation, options.batch));
    }
  }

  private Trainer trainer(TrainingOptions options, double... weights) {
    CapsNetObjective standard = CapsNetObjective.standard(net);
    Trainer trainer =
        Trainer.of(
                new CapsNetObjective(
                    net,
                    MarginLoss.weightedBySample(weights),
                    standard.reconstruction(),
                    standard.reconstructionWeight()))
            .updater(
                new Adam(new RampSchedule(new FixedSchedule(options.learningRate), WARM_UP_STEPS)))
            .epochs(options.epochs)
            .provenance(Map.of("weights of the classes", Arrays.toString(weights)))
            .metadata(metadata());
    if (!options.quiet) {
      trainer.listener(ProgressBar.onConsole());
    }
    options.listeners.forEach(trainer::listener);
    options.earlyStopping.ifPresent(trainer::earlyStopping);
    options.checkpoints.ifPresent(trainer::checkpoints);
    return options.resumes ? trainer.resumeIfPresent() : trainer;
  }

  private void requireSame(LabeledImages images) {
    if (!images.classNames().equals(classNames)) {
      throw new IllegalArgumentException(
          "classes: expected " + classNames + ", got " + images.classNames());
    }
    CapsNetArchitecture a = net.architecture();
    if (images.channels() != a.channels()
        || images.height() != a.height()
        || images.width() != a.width()) {
      throw new IllegalArgumentException(
          "images: expected [batch, %s, %s, %s], got [%s, %s, %s, %s]"
              .formatted(
                  a.channels(),
                  a.height(),
                  a.width(),
                  images.count(),
                  images.channels(),
                  images.height(),
                  images.width()));
    }
  }

  private ImageIterator inOrder(LabeledImages images, int batch) {
    requireSame(images);
    return ImageIterator.builder(images, batch).dataType(net.architecture().type()).build();
  }

  /**
   * Judges the classifier.
   *
   * @param images of this network's size and classes
   * @return as {@link #evaluate(DataSetIterator)}
   * @throws IllegalArgumentException if the classes or the size differ
   */
  public Evaluation evaluate(LabeledImages images) {
    return evaluate(inOrder(images, EVALUATION_BATCH));
  }

  /**
   * Judges the classifier.
   *
   * @param data images and one-hot labels
   * @return ND4J's evaluation: accuracy, precision and recall of each class, confusion
   */
  public Evaluation evaluate(DataSetIterator data) {
    Evaluation evaluation = Validation.of(net, data).run().evaluation().orElseThrow();
    evaluation.setLabelsList(classNames);
    return evaluation;
  }

  /**
   * Says what is in an image.
   *
   * @param image {@code [channels, height, width]}, from 0 to 1
   * @return the class, and what the capsules say
   * @throws IllegalArgumentException if the shape is not this network's
   */
  public Prediction predict(INDArray image) {
    CapsNetArchitecture a = net.architecture();
    Shapes.require("image", image, a.channels(), a.height(), a.width());
    return predictBatch(image.reshape(1, a.channels(), a.height(), a.width())).get(0);
  }

  /**
   * Says what is in a picture file.
   *
   * @param file a picture of any size and of a format that {@link org.capsnet.data.ImageFile}
   *     names; it is stretched to this network's
   * @return the class, and what the capsules say
   * @throws FormatException if it is no such file
   * @throws IOException if it cannot be read
   */
  public Prediction predict(Path file) throws IOException {
    return predict(pixels().of(file));
  }

  /**
   * Says what is in a picture in memory.
   *
   * @param picture of any size and colour model; it is stretched to the network's
   * @return the class, and what the capsules say
   */
  public Prediction predict(BufferedImage picture) {
    return predict(pixels().of(picture));
  }

  /**
   * Says what is in a picture that is read from a stream.
   *
   * @param picture a whole picture file, as for {@link #predict(Path)}; read to its end and not
   *     closed
   * @return the class, and what the capsules say
   * @throws FormatException if it is no such picture
   * @throws IOException if it cannot be read
   */
  public Prediction predict(InputStream picture) throws IOException {
    return predict(pixels().of(picture));
  }

  /**
   * Says what is in a picture in its file's form.
   *
   * @param picture the bytes of a whole picture file, as for {@link #predict(Path)}
   * @return the class, and what the capsules say
   * @throws FormatException if it is no such picture
   */
  public Prediction predict(byte[] picture) throws FormatException {
    return predict(pixels().of(picture));
  }

  private PictureInput pixels() {
    CapsNetArchitecture a = net.architecture();
    return new PictureInput(a.channels(), a.height(), a.width());
  }

  /**
   * How much of each primary capsule went to each class: which parts of an image a class was seen
   * in.
   *
   * @param image {@code [channels, height, width]}, from 0 to 1
   * @return {@code [types, rows, columns, classes]} on the grid of primary capsules, from 0 to 1,
   *     belonging to no scope
   * @throws IllegalArgumentException if the shape is not this network's
   * @throws IllegalStateException if the network is being trained
   * @throws UnsupportedOperationException if its routing has no coupling coefficients
   */
  public INDArray couplings(INDArray image) {
    CapsNetArchitecture a = net.architecture();
    List<INDArray> all = new ArrayList<>();
    ask(
        image,
        batch -> {
          INDArray coupling = net.coupling(net.forward(batch)).value();
          all.add(
              Scope.copyDetached(
                  coupling.reshape(
                      'c', a.primaryTypes(), a.gridHeight(), a.gridWidth(), a.classes())));
        });
    return all.get(0);
  }

  private void ask(INDArray image, Consumer<Variable> ask) {
    CapsNetArchitecture a = net.architecture();
    Shapes.require("image", image, a.channels(), a.height(), a.width());
    Chunks.each(net, image.reshape(1, a.channels(), a.height(), a.width()), a.type(), ask);
  }

  /**
   * Says what is in each of many images.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return one prediction an image
   * @throws IllegalArgumentException if the shape is not this network's
   * @throws IllegalStateException if the network is being trained
   * @throws ArithmeticException if the network gives NaN
   */
  public List<Prediction> predictBatch(INDArray images) {
    CapsNetArchitecture a = net.architecture();
    Shapes.require("images", images, "batch", a.channels(), a.height(), a.width());
    List<Prediction> all = new ArrayList<>();
    Chunks.each(net, images, a.type(), chunk -> predictChunk(chunk, all));
    return all;
  }

  private void predictChunk(Variable images, List<Prediction> to) {
    CapsNetArchitecture a = net.architecture();
    Capsules classes = net.forward(images).classes();
    INDArray lengths = classes.activation().value();
    Values.requireNumbers("lengths", lengths);
    INDArray poses = classes.pose().value();
    INDArray drawn = a.reconstructs() ? net.decode(Masking.byLongest(classes)).value() : null;
    INDArray labels = Nd4j.argMax(lengths, 1);
    for (long b = 0; b < images.size(0); b++) {
      int label = labels.getInt((int) b);
      Optional<INDArray> picture =
          drawn == null
              ? Optional.empty()
              : Optional.of(
                  Scope.copyDetached(drawn.getRow(b).reshape(a.channels(), a.height(), a.width())));
      to.add(
          new Prediction(
              label,
              classNames,
              Scope.copyDetached(lengths.getRow(b)),
              Scope.copyDetached(poses.slice(b)),
              picture));
    }
  }

  /**
   * Writes weights, architecture and class names to a safetensors file.
   *
   * @param file replaced as a whole or not at all
   * @throws IOException if it cannot be written
   */
  public void save(Path file) throws IOException {
    ModelFile.write(file, net, metadata());
  }

  /**
   * What {@link #save} writes beside the weights: architecture and names. Checkpoints of a training
   * that have it, by {@link org.capsnet.train.Trainer#metadata}, can be loaded as a file of the
   * model.
   *
   * @return text by key
   */
  public Map<String, String> metadata() {
    Map<String, String> all = new TreeMap<>(net.metadata());
    all.put(CLASSES, Names.write(classNames));
    return all;
  }

  /**
   * Rebuilds a classifier from a file that {@link #save} wrote.
   *
   * @param file a safetensors file
   * @return the classifier
   * @throws FormatException if it is no such file
   * @throws IOException if it cannot be read
   */
  public static ImageClassifier load(Path file) throws IOException {
    Safetensors.Contents contents = Safetensors.read(file);
    CapsNet net = CapsNet.of(file, contents);
    String json = contents.metadata().get(CLASSES);
    if (json == null) {
      throw new FormatException(file, "holds a network without class names; CapsNet.load reads it");
    }
    try {
      return new ImageClassifier(net, Names.read("class", json));
    } catch (IllegalArgumentException e) {
      throw new FormatException(file, e.getMessage(), e);
    }
  }

  /** The size of the images, the classes and the parameters, in one line. */
  @Override
  public String toString() {
    CapsNetArchitecture a = net.architecture();
    return String.format(
        Locale.ROOT,
        "CapsNet for images %d×%d×%d, %d classes, %,d parameters",
        a.channels(),
        a.height(),
        a.width(),
        a.classes(),
        net.parameterCount());
  }

  /**
   * Frees the network's memory at once; nothing can be done with this classifier afterwards, and
   * nobody may be predicting with it.
   *
   * @see org.capsnet.nn.Module#close()
   */
  @Override
  public void close() {
    net.close();
  }
}
