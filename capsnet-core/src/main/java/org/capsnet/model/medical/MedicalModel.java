package org.capsnet.model.medical;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Values;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.data.SeekableIterator;
import org.capsnet.io.FormatException;
import org.capsnet.io.Json;
import org.capsnet.metric.SegmentationEvaluation;
import org.capsnet.model.Classifier;
import org.capsnet.model.Explanation;
import org.capsnet.model.ImageModel;
import org.capsnet.model.medical.MedicalNetwork.Findings;
import org.capsnet.train.Metric;
import org.capsnet.train.Trainable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A {@link MedicalNetwork} and the names of what it predicts: what an application asks, judges and
 * saves.
 *
 * <pre>{@code
 * MedicalModel model = MedicalModel.load(Path.of("cells.safetensors"));
 * MedicalPrediction p = model.predict(Path.of("cell.png"));
 * System.out.println(model.classNames().get(p.label().getAsInt()));
 * Explanation why = model.explain(image, p.label().getAsInt());
 * }</pre>
 *
 * <p>Trained models are not medical devices.
 */
public final class MedicalModel extends ImageModel<MedicalNetwork, MedicalPrediction> {

  private static final String MASKS = "capsnet.masks";
  private static final String FINDINGS = "capsnet.findings";
  private static final String ONE = "one";
  private static final String SEVERAL = "several";

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
    super(net, classNames, net.classes());
    this.maskNames = requireNames("mask", maskNames, net.masks());
    this.severalFindings = severalFindings;
  }

  /** {@return the names of the classes of a pixel, by index, the background first} */
  public List<String> maskNames() {
    return maskNames;
  }

  /** {@return whether several classes may apply to one image; false if each image has one} */
  public boolean severalFindings() {
    return severalFindings;
  }

  /**
   * What this model is trained for by default: all that its network predicts, weighed alike.
   *
   * @param classWeights what a sample of each class weighs, against imbalance; none for all alike
   * @return the objective, for a {@link org.capsnet.train.Trainer}
   */
  public Trainable objective(double... classWeights) {
    return MedicalObjective.standard(ability(), severalFindings, classWeights);
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
    return Metric.onValidation("dice", Metric.Better.LARGER, this::dice);
  }

  private Metric.Accumulator dice() {
    SegmentationEvaluation evaluation = SegmentationEvaluation.ofOverlap(maskNames.size());
    return Metric.Accumulator.of(
        (batch, loss) ->
            evaluation.add(
                MedicalBatch.of(batch, ability()).masks().orElseThrow(),
                MaskClasses.oneHot(loss.output(MedicalObjective.MASKS))),
        () ->
            IntStream.range(1, maskNames.size())
                .mapToDouble(label -> evaluation.mean(label).dice())
                .average()
                .orElse(Double.NaN));
  }

  // ---------------------------------------------------------------- predicting

  @Override
  protected void predict(Variable images, Consumer<MedicalPrediction> to) {
    Findings found = ability().examine(images);
    Optional<Variable> drawn = found.drawn();
    for (long b = 0; b < images.size(0); b++) {
      to.accept(prediction(found, drawn, b));
    }
  }

  private static MedicalPrediction prediction(Findings found, Optional<Variable> drawn, long b) {
    Optional<INDArray> lengths =
        found.diagnosis().map(Capsules::activation).map(all -> detached(all, b));
    lengths.ifPresent(l -> Values.requireNumbers("lengths", l));
    return new MedicalPrediction(
        lengths.map(l -> OptionalInt.of(Nd4j.argMax(l, 0).getInt(0))).orElse(OptionalInt.empty()),
        lengths,
        found.masks().map(scores -> Scope.copyDetached(MaskClasses.of(scores.value()).slice(b))),
        drawn.map(all -> detached(all, b)));
  }

  private static INDArray detached(Variable all, long b) {
    return Scope.copyDetached(all.value().slice(b));
  }

  /**
   * Says what in an image speaks for a diagnosis.
   *
   * @param pixels {@code [channels, height, width]}, from 0 to 1
   * @param label the diagnosis to explain
   * @return the explanation
   * @throws IllegalArgumentException if there is no such diagnosis, or the shape is not the
   *     network's
   * @throws IllegalStateException if the network makes no diagnosis, or is being trained
   * @throws UnsupportedOperationException if its routing has no coupling coefficients
   */
  public Explanation explain(INDArray pixels, int label) {
    net().requireEvaluationMode();
    if (classNames().isEmpty() || !(ability() instanceof Classifier classifier)) {
      throw new IllegalStateException("this network makes no diagnosis");
    }
    Explanation why = Explanation.of(classifier, pixels, label);
    Optional<INDArray> drawn =
        ability().reconstructs() ? predict(pixels).reconstruction() : Optional.empty();
    return new Explanation(label, why.contributions(), why.heatMap(), drawn);
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
        new MedicalEvaluation(classNames(), maskNames.size(), severalFindings);
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
    net().requireEvaluationMode();
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
    MedicalBatch batch = MedicalBatch.of(data, ability());
    Findings found = ability().examine(batch.images());
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

  @Override
  protected Map<String, String> names() {
    Map<String, String> all = new TreeMap<>(super.names());
    all.put(MASKS, Json.write(maskNames));
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
    return load(file, MedicalNetwork.class, MedicalModel::of);
  }

  private static MedicalModel of(MedicalNetwork net, Map<String, String> kept) {
    List<String> masks = names("mask", kept, MASKS);
    boolean several = isSeveral(text(kept, FINDINGS));
    return new MedicalModel(net, names("class", kept, CLASSES), masks, several);
  }

  private static boolean isSeveral(String findings) {
    if (!findings.equals(ONE) && !findings.equals(SEVERAL)) {
      throw new IllegalArgumentException(
          "findings: expected %s or %s, got %s".formatted(ONE, SEVERAL, findings));
    }
    return findings.equals(SEVERAL);
  }
}
