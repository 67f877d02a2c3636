package org.capsnet.model.detection;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.data.SampleSource;
import org.capsnet.data.detection.BoxLabels;
import org.capsnet.data.detection.DetectionSample;
import org.capsnet.io.FormatException;
import org.capsnet.metric.Detection;
import org.capsnet.metric.DetectionEvaluation;
import org.capsnet.model.ImageModel;
import org.capsnet.train.Metric;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network that finds objects, the names of its classes, and what is done with several detections
 * of one object: what an application asks and saves.
 *
 * <pre>{@code
 * ObjectDetector detector = ObjectDetector.load(Path.of("cells.safetensors"));
 * for (Detection found : detector.predict(Path.of("smear.jpg"))) {
 *   System.out.println(detector.classNames().get(found.label()) + " " + found.box());
 * }
 * }</pre>
 *
 * <p>What it says of an image are the objects in it, the surest first, boxes within the image.
 */
public final class ObjectDetector extends ImageModel<Detector, List<Detection>> {

  /** What {@link #predict} leaves out unless it is told otherwise. */
  private static final NonMaximumSuppression STANDARD = new NonMaximumSuppression(0.5, 0.5);

  /** Average precision wants the unsure detections too; shorter capsules say nothing. */
  private static final double LEAST_SCORE = 0.02;

  /** The intersection over union at which PASCAL takes a box for that of an object. */
  private static final double SAME_OBJECT = 0.5;

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

  private ObjectDetector(
      Detector detector, List<String> classNames, NonMaximumSuppression suppression) {
    super(detector, classNames, detector.classes());
    this.suppression = Objects.requireNonNull(suppression, "suppression");
  }

  /**
   * The same network with another suppression.
   *
   * @param other which detections are left out
   * @return another detector
   */
  public ObjectDetector with(NonMaximumSuppression other) {
    return new ObjectDetector(ability(), classNames(), other);
  }

  /** {@return which detections are left out} */
  public NonMaximumSuppression suppression() {
    return suppression;
  }

  @Override
  protected void predict(Variable images, Consumer<List<Detection>> to) {
    predict(images, suppression, to);
  }

  private void predict(Variable images, NonMaximumSuppression rule, Consumer<List<Detection>> to) {
    Detector.Output out = ability().detect(images);
    Detections.of(out.classes().activation().value(), out.boxes().value(), rule).forEach(to);
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
    DetectionEvaluation evaluation = new DetectionEvaluation(classNames().size());
    NonMaximumSuppression rule = nearlyAll();
    for (int from = 0; from < samples.count(); from += AT_ONCE) {
      List<DetectionSample> some =
          IntStream.range(from, Math.min(samples.count(), from + AT_ONCE))
              .mapToObj(index -> samples.get(0, index))
              .toList();
      List<List<Detection>> found = new ArrayList<>();
      try (Scope scope = Scope.open()) {
        ask(images(some), chunk -> predict(chunk, rule, found::add));
      }
      for (int i = 0; i < some.size(); i++) {
        evaluation.add(some.get(i).objects(), found.get(i));
      }
    }
    return evaluation;
  }

  private INDArray images(List<DetectionSample> samples) {
    INDArray[] all =
        samples.stream().map(sample -> one(sample.image().toArray())).toArray(INDArray[]::new);
    return Nd4j.concat(0, all);
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
    return Metric.onValidation("map50", Metric.Better.LARGER, this::averagePrecision);
  }

  private Metric.Accumulator averagePrecision() {
    DetectionEvaluation evaluation = new DetectionEvaluation(classNames().size());
    return Metric.Accumulator.of(
        (batch, loss) -> {
          INDArray lengths = loss.output(DetectionObjective.LENGTHS);
          INDArray boxes = loss.output(DetectionObjective.BOXES);
          Iterator<List<Detection>> found = Detections.of(lengths, boxes, nearlyAll()).iterator();
          BoxLabels.objects(batch.getLabels())
              .forEach(truth -> evaluation.add(truth, found.next()));
        },
        () -> evaluation.pascal(SAME_OBJECT).mean());
  }

  /**
   * Rebuilds a detector from a file that {@link #save} wrote, with the suppression that a new one
   * has.
   *
   * @param file a safetensors file, of any network that detects
   * @return the detector
   * @throws FormatException if it is no such file
   * @throws IOException if it cannot be read
   */
  public static ObjectDetector load(Path file) throws IOException {
    return load(
        file,
        Detector.class,
        (net, kept) -> new ObjectDetector(net, names("class", kept, CLASSES)));
  }
}
