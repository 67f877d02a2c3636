package org.capsnet.model;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.data.SampleSource;
import org.capsnet.data.detection.DetectionSample;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.metric.Detection;
import org.capsnet.metric.DetectionEvaluation;
import org.capsnet.train.Metric;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A {@link Detector}, the names of its classes, and what is done with several detections of one
 * object: what an application asks and saves.
 *
 * <pre>{@code
 * ObjectDetector detector = ObjectDetector.load(Path.of("cells.safetensors"));
 * for (Detection found : detector.detect(Path.of("smear.jpg"))) {
 *   System.out.println(detector.classNames().get(found.label()) + " " + found.box());
 * }
 * }</pre>
 *
 * <p>Any number of threads may detect with one, as long as none trains its network.
 */
public final class ObjectDetector implements AutoCloseable {

  private static final String CLASSES = "capsnet.classes";

  /** What {@link #detect} leaves out unless it is told otherwise. */
  private static final NonMaximumSuppression STANDARD = new NonMaximumSuppression(0.5, 0.5);

  /** Average precision wants the unsure detections too; shorter capsules say nothing. */
  private static final double LEAST_SCORE = 0.02;

  private static final int EVALUATED_AT_ONCE = 32;

  private final Detector net;
  private final List<String> classNames;
  private final NonMaximumSuppression suppression;

  /**
   * Joins a network with names; detections with a score of at least 0.5 count, and of two of a
   * class that overlap by more than half, the surer one.
   *
   * @param net the network; it is put in evaluation mode
   * @param classNames a name for each of its classes
   * @throws IllegalArgumentException if their numbers differ
   */
  public ObjectDetector(Detector net, List<String> classNames) {
    this(net, classNames, STANDARD);
  }

  private ObjectDetector(Detector net, List<String> classNames, NonMaximumSuppression suppression) {
    this.net = net;
    this.classNames = Names.require("class", classNames, net.head().classes());
    this.suppression = Objects.requireNonNull(suppression, "suppression");
    net.eval();
  }

  /**
   * The same network with another suppression.
   *
   * @param other which detections are left out
   * @return another detector
   */
  public ObjectDetector with(NonMaximumSuppression other) {
    return new ObjectDetector(net, classNames, other);
  }

  /**
   * The network.
   *
   * @return the network itself
   */
  public Detector net() {
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
   * Which detections are left out.
   *
   * @return the suppression
   */
  public NonMaximumSuppression suppression() {
    return suppression;
  }

  // ---------------------------------------------------------------- detecting

  /**
   * Finds the objects in an image.
   *
   * @param image {@code [channels, height, width]}, from 0 to 1
   * @return what was found, the surest first, boxes within the image
   * @throws IllegalArgumentException if the shape is not this network's
   */
  public List<Detection> detect(INDArray image) {
    BackboneArchitecture a = net.backbone();
    Shapes.require("image", image, a.channels(), a.height(), a.width());
    return detectBatch(image.reshape(1, a.channels(), a.height(), a.width())).get(0);
  }

  /**
   * Finds the objects in a picture file.
   *
   * @param file a picture of any size and of a format that {@link org.capsnet.data.ImageFile}
   *     names; it is stretched to this network's
   * @return what was found, the surest first; boxes are shares of the picture, so that they fit it
   *     at any size
   * @throws FormatException if it is no such file
   * @throws IOException if it cannot be read
   */
  public List<Detection> detect(Path file) throws IOException {
    return detect(pixels().of(file));
  }

  /**
   * Finds the objects in a picture in memory.
   *
   * @param picture of any size and colour model; it is stretched to the network's
   * @return what was found, the surest first
   */
  public List<Detection> detect(BufferedImage picture) {
    return detect(pixels().of(picture));
  }

  /**
   * Finds the objects in a picture that is read from a stream.
   *
   * @param picture a whole picture file, as for {@link #detect(Path)}; read to its end and not
   *     closed
   * @return what was found, the surest first
   * @throws FormatException if it is no such picture
   * @throws IOException if it cannot be read
   */
  public List<Detection> detect(InputStream picture) throws IOException {
    return detect(pixels().of(picture));
  }

  /**
   * Finds the objects in a picture in its file's form.
   *
   * @param picture the bytes of a whole picture file, as for {@link #detect(Path)}
   * @return what was found, the surest first
   * @throws FormatException if it is no such picture
   */
  public List<Detection> detect(byte[] picture) throws FormatException {
    return detect(pixels().of(picture));
  }

  private PictureInput pixels() {
    BackboneArchitecture a = net.backbone();
    return new PictureInput(a.channels(), a.height(), a.width());
  }

  /**
   * Finds the objects in each of many images.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return for each image what was found, the surest first
   * @throws IllegalArgumentException if the shape is not this network's
   * @throws IllegalStateException if the network is being trained
   */
  public List<List<Detection>> detectBatch(INDArray images) {
    return detectBatch(images, suppression);
  }

  private List<List<Detection>> detectBatch(INDArray images, NonMaximumSuppression rule) {
    BackboneArchitecture a = net.backbone();
    Shapes.require("images", images, "batch", a.channels(), a.height(), a.width());
    List<List<Detection>> all = new ArrayList<>();
    Chunks.each(net, images, a.type(), chunk -> all.addAll(found(chunk, rule)));
    return all;
  }

  private List<List<Detection>> found(Variable images, NonMaximumSuppression rule) {
    Detector.Output out = net.forward(images);
    return Detections.of(out.classes().activation().value(), out.boxes().value(), rule);
  }

  /**
   * Judges the detector. Detections of all but the lowest scores count, whatever {@link
   * #suppression()} says of scores, since average precision is about all of them.
   *
   * @param samples images of this network's size, and the objects in them
   * @return average precision, for any intersection over union
   * @throws IllegalArgumentException if the size of an image is not this network's, or an object is
   *     of no class
   */
  public DetectionEvaluation evaluate(SampleSource<DetectionSample> samples) {
    DetectionEvaluation evaluation = new DetectionEvaluation(classNames.size());
    NonMaximumSuppression rule = nearlyAll();
    for (int from = 0; from < samples.count(); from += EVALUATED_AT_ONCE) {
      List<DetectionSample> some =
          IntStream.range(from, Math.min(samples.count(), from + EVALUATED_AT_ONCE))
              .mapToObj(index -> samples.get(0, index))
              .toList();
      try (Scope scope = Scope.open()) {
        List<List<Detection>> found = detectBatch(images(some), rule);
        for (int i = 0; i < some.size(); i++) {
          evaluation.add(some.get(i).objects(), found.get(i));
        }
      }
    }
    return evaluation;
  }

  private NonMaximumSuppression nearlyAll() {
    return new NonMaximumSuppression(suppression.iou(), LEAST_SCORE);
  }

  /**
   * What a training of this detector by {@link DetectionObjective} is best chosen by: mean average
   * precision on the validation data, as PASCAL VOC has it, at an intersection over union of 0.5.
   * It is that of {@link #evaluate}, but that it knows of objects what the labels of the training
   * hold: neither which are difficult, nor those that have no place in them.
   *
   * @return the metric {@code validation_map50}, from 0 to 1
   */
  public Metric meanAveragePrecision() {
    NonMaximumSuppression rule = nearlyAll();
    return Metric.onValidation(
        "map50", Metric.Better.LARGER, () -> new MeanAveragePrecision(classNames.size(), rule));
  }

  private INDArray images(List<DetectionSample> samples) {
    BackboneArchitecture a = net.backbone();
    INDArray[] all =
        samples.stream().map(sample -> sample.image().toArray()).toArray(INDArray[]::new);
    for (INDArray image : all) {
      Shapes.require("image", image, a.channels(), a.height(), a.width());
    }
    return Nd4j.stack(0, all);
  }

  // ---------------------------------------------------------------- files

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
   * Rebuilds a detector from a file that {@link #save} wrote, with the suppression that a new one
   * has.
   *
   * @param file a safetensors file, of either kind of network
   * @return the detector
   * @throws FormatException if it is no such file
   * @throws IOException if it cannot be read
   */
  public static ObjectDetector load(Path file) throws IOException {
    Safetensors.Contents contents = Safetensors.read(file);
    Detector net = network(file, contents);
    String json = contents.metadata().get(CLASSES);
    if (json == null) {
      throw new FormatException(
          file,
          "holds a network without class names; "
              + net.getClass().getSimpleName()
              + ".load reads it");
    }
    try {
      return new ObjectDetector(net, Names.read("class", json));
    } catch (IllegalArgumentException e) {
      throw new FormatException(file, e.getMessage(), e);
    }
  }

  private static Detector network(Path file, Safetensors.Contents contents) throws FormatException {
    Record architecture = ModelFile.read(file, contents);
    if (architecture instanceof CapsuleDetectorArchitecture) {
      return CapsuleDetector.FILE.network(file, contents);
    }
    if (architecture instanceof GridCapsuleDetectorArchitecture) {
      return GridCapsuleDetector.FILE.network(file, contents);
    }
    throw new FormatException(file, "holds no detector");
  }

  /**
   * Frees the network's memory at once; nothing can be done with this detector afterwards, and
   * nobody may be predicting with it.
   *
   * @see org.capsnet.nn.Module#close()
   */
  @Override
  public void close() {
    net.close();
  }
}
