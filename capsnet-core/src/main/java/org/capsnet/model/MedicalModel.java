package org.capsnet.model;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Values;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.data.SeekableIterator;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.MaskLoss;
import org.capsnet.model.MedicalNetwork.Findings;
import org.capsnet.model.MedicalObjective.Weights;
import org.capsnet.train.Metric;
import org.capsnet.train.Trainable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A {@link MedicalNetwork} and the names of what it tells: what an application asks, judges and
 * saves.
 *
 * <pre>{@code
 * MedicalModel model = MedicalModel.load(Path.of("cells.safetensors"));
 * MedicalPrediction p = model.predict(Path.of("cell.png"));
 * System.out.println(model.classNames().get(p.label().getAsInt()));
 * Explanation why = model.explain(image, p.label().getAsInt());
 * }</pre>
 *
 * <p>Any number of threads may predict with one model, as long as none trains it. It is no medical
 * device.
 */
public final class MedicalModel implements AutoCloseable {

  private static final String CLASSES = "capsnet.classes";
  private static final String MASKS = "capsnet.masks";
  private static final String FINDINGS = "capsnet.findings";
  private static final String ONE = "one";
  private static final String SEVERAL = "several";

  private final MedicalNetwork net;
  private final List<String> classNames;
  private final List<String> maskNames;
  private final boolean severalFindings;

  /**
   * Joins a network with names.
   *
   * @param net the network; it is put in evaluation mode
   * @param classNames a name for each diagnosis; none if it makes none
   * @param maskNames a name for each class of a pixel, the background first; none if it makes no
   *     masks
   * @param severalFindings whether several classes may apply to one image
   * @throws IllegalArgumentException if their numbers differ
   */
  public MedicalModel(
      MedicalNetwork net,
      List<String> classNames,
      List<String> maskNames,
      boolean severalFindings) {
    this.net = net;
    this.classNames = Names.require("class", classNames, net.architecture().classes());
    this.maskNames = Names.require("mask", maskNames, net.architecture().masks());
    this.severalFindings = severalFindings;
    net.eval();
  }

  /**
   * The network.
   *
   * @return the network itself
   */
  public MedicalNetwork net() {
    return net;
  }

  /**
   * The names of the diagnoses.
   *
   * @return by index
   */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * The names of the classes of a pixel.
   *
   * @return by index, the background first
   */
  public List<String> maskNames() {
    return maskNames;
  }

  /**
   * Whether several classes may apply to one image.
   *
   * @return false if each image has one
   */
  public boolean severalFindings() {
    return severalFindings;
  }

  /**
   * What this model is trained for by default: all that its network tells, weighed alike.
   *
   * @param classWeights what a sample of each class weighs, against imbalance; none for all alike
   * @return the objective, for a {@link org.capsnet.train.Trainer}
   */
  public Trainable objective(double... classWeights) {
    return net instanceof MedicalCapsNet capsNet
        ? new MedicalObjective(
            capsNet,
            MarginLoss.weightedBySample(classWeights),
            MaskLoss.standard(),
            Weights.EQUAL,
            severalFindings)
        : SegCapsObjective.standard((SegCaps) net);
  }

  /**
   * What a training of a network that makes masks is best chosen by: the Dice coefficient on the
   * validation data, mean over images and over all classes of a pixel but the background.
   *
   * @return the metric {@code validation_dice}, from 0 to 1
   * @throws IllegalStateException if the network makes no masks
   */
  public Metric meanDice() {
    if (maskNames.isEmpty()) {
      throw new IllegalStateException("this network makes no masks");
    }
    return Metric.onValidation(
        "dice", Metric.Better.LARGER, () -> new MeanDice(net.architecture()));
  }

  // ---------------------------------------------------------------- predicting

  /**
   * Says what is in an image.
   *
   * @param image {@code [channels, height, width]}, from 0 to 1
   * @return all that the network tells
   * @throws IllegalArgumentException if the shape is not the network's
   * @throws IllegalStateException if the network is being trained
   * @throws ArithmeticException if the network gives NaN
   */
  public MedicalPrediction predict(INDArray image) {
    MedicalArchitecture a = net.architecture();
    Shapes.require("image", image, a.channels(), a.height(), a.width());
    return predictBatch(image.reshape(1, a.channels(), a.height(), a.width())).get(0);
  }

  /**
   * Says what is in a picture file.
   *
   * @param file a picture of any size and of a format that {@link org.capsnet.data.ImageFile}
   *     names; it is stretched to the network's
   * @return all that the network tells, the mask of the size of the network
   * @throws FormatException if it is no such file
   * @throws IOException if it cannot be read
   */
  public MedicalPrediction predict(Path file) throws IOException {
    return predict(pixels().of(file));
  }

  /**
   * Says what is in a picture in memory.
   *
   * @param picture of any size and colour model; it is stretched to the network's
   * @return all that the network tells
   */
  public MedicalPrediction predict(BufferedImage picture) {
    return predict(pixels().of(picture));
  }

  /**
   * Says what is in a picture that is read from a stream.
   *
   * @param picture a whole picture file, as for {@link #predict(Path)}; read to its end and not
   *     closed
   * @return all that the network tells
   * @throws FormatException if it is no such picture
   * @throws IOException if it cannot be read
   */
  public MedicalPrediction predict(InputStream picture) throws IOException {
    return predict(pixels().of(picture));
  }

  /**
   * Says what is in a picture in its file's form.
   *
   * @param picture the bytes of a whole picture file, as for {@link #predict(Path)}
   * @return all that the network tells
   * @throws FormatException if it is no such picture
   */
  public MedicalPrediction predict(byte[] picture) throws FormatException {
    return predict(pixels().of(picture));
  }

  private PictureInput pixels() {
    MedicalArchitecture a = net.architecture();
    return new PictureInput(a.channels(), a.height(), a.width());
  }

  /**
   * Says what is in each of many images.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return one prediction an image
   * @throws IllegalArgumentException if the shape is not the network's
   * @throws IllegalStateException if the network is being trained
   * @throws ArithmeticException if the network gives NaN
   */
  public List<MedicalPrediction> predictBatch(INDArray images) {
    MedicalArchitecture a = net.architecture();
    Shapes.require("images", images, "batch", a.channels(), a.height(), a.width());
    List<MedicalPrediction> all = new ArrayList<>();
    Chunks.each(
        net,
        images,
        a.type(),
        chunk -> {
          Findings found = net.examine(chunk);
          for (long b = 0; b < chunk.size(0); b++) {
            all.add(prediction(found, b));
          }
        });
    return all;
  }

  private void requireEvaluationMode() {
    if (net.training()) {
      throw new IllegalStateException("the network is in training mode: call eval() first");
    }
  }

  private static MedicalPrediction prediction(Findings found, long b) {
    Optional<INDArray> lengths =
        found.diagnosis().map(Capsules::activation).map(all -> detached(all, b));
    lengths.ifPresent(l -> Values.requireNumbers("lengths", l));
    return new MedicalPrediction(
        lengths.map(l -> OptionalInt.of(Nd4j.argMax(l, 0).getInt(0))).orElse(OptionalInt.empty()),
        lengths,
        found.masks().map(scores -> Scope.copyDetached(MaskClasses.of(scores.value()).slice(b))),
        found.reconstruction().map(all -> detached(all, b)));
  }

  private static INDArray detached(Variable all, long b) {
    return Scope.copyDetached(all.value().slice(b));
  }

  /**
   * Says what in an image speaks for a diagnosis.
   *
   * @param image {@code [channels, height, width]}, from 0 to 1
   * @param label the diagnosis to explain
   * @return the explanation
   * @throws IllegalArgumentException if there is no such diagnosis, or the shape is not the
   *     network's
   * @throws IllegalStateException if the network makes no diagnosis, or is being trained
   * @throws UnsupportedOperationException if its routing has no coupling coefficients
   */
  public Explanation explain(INDArray image, int label) {
    requireEvaluationMode();
    if (net instanceof MedicalCapsNet capsNet) {
      return Explanation.of(capsNet, image, label);
    }
    throw new IllegalStateException("this network makes no diagnosis");
  }

  // ---------------------------------------------------------------- judging

  /**
   * Judges the model.
   *
   * @param data images and labels as {@link org.capsnet.data.medical.SegmentationLabels} or {@link
   *     org.capsnet.data.medical.MultiLabels} lay them out
   * @return all figures of what it tells
   */
  public MedicalEvaluation evaluate(DataSetIterator data) {
    MedicalEvaluation evaluation =
        new MedicalEvaluation(classNames, maskNames.size(), severalFindings);
    evaluate(data, new MedicalEvaluation[] {evaluation});
    return evaluation;
  }

  /**
   * Judges the model, and adds what comes to evaluations.
   *
   * @param data as for {@link #evaluate(DataSetIterator)}
   * @param evaluations of models that tell the same
   */
  public void evaluate(DataSetIterator data, MedicalEvaluation... evaluations) {
    requireEvaluationMode();
    data.reset();
    while (data.hasNext()) {
      DataSet batch = data.next();
      try (Scope scope = Scope.open();
          NoGrad constant = NoGrad.enter()) {
        add(batch, evaluations);
      }
      if (data instanceof SeekableIterator seekable) {
        seekable.release(batch);
      }
    }
  }

  private void add(DataSet data, MedicalEvaluation... evaluations) {
    MedicalBatch batch = MedicalBatch.of(data, net.architecture());
    Findings found = net.examine(batch.images());
    for (MedicalEvaluation evaluation : evaluations) {
      if (found.diagnosis().isPresent()) {
        INDArray lengths = found.diagnosis().get().activation().value();
        evaluation.addDiagnoses(batch.diagnosis().orElseThrow(), lengths);
      }
      if (found.masks().isPresent()) {
        evaluation.addMasks(batch.masks().orElseThrow(), found.masks().get().value());
      }
    }
  }

  // ---------------------------------------------------------------- saving

  /**
   * Writes weights, architecture and names to a safetensors file.
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
    all.put(MASKS, Names.write(maskNames));
    all.put(FINDINGS, severalFindings ? SEVERAL : ONE);
    return all;
  }

  /**
   * Rebuilds a model from a file that {@link #save} wrote.
   *
   * @param file a safetensors file
   * @return the model
   * @throws FormatException if it is no such file
   * @throws IOException if it cannot be read
   */
  public static MedicalModel load(Path file) throws IOException {
    Safetensors.Contents contents = Safetensors.read(file);
    MedicalNetwork net =
        ModelFile.read(file, contents) instanceof SegCapsArchitecture
            ? SegCaps.of(file, contents)
            : MedicalCapsNet.of(file, contents);
    Map<String, String> metadata = contents.metadata();
    try {
      return new MedicalModel(
          net,
          Names.read("class", require(file, metadata, CLASSES)),
          Names.read("mask", require(file, metadata, MASKS)),
          isSeveral(require(file, metadata, FINDINGS)));
    } catch (IllegalArgumentException e) {
      throw new FormatException(file, e.getMessage(), e);
    }
  }

  private static String require(Path file, Map<String, String> metadata, String key)
      throws FormatException {
    String text = metadata.get(key);
    if (text == null) {
      throw new FormatException(file, "holds a network alone: its metadata lacks " + key);
    }
    return text;
  }

  private static boolean isSeveral(String findings) {
    if (!findings.equals(ONE) && !findings.equals(SEVERAL)) {
      throw new IllegalArgumentException(
          "findings: expected %s or %s, got %s".formatted(ONE, SEVERAL, findings));
    }
    return findings.equals(SEVERAL);
  }

  /**
   * Frees the network's memory at once; nothing can be done with this model afterwards, and nobody
   * may be predicting with it.
   *
   * @see org.capsnet.nn.Module#close()
   */
  @Override
  public void close() {
    net.close();
  }
}
