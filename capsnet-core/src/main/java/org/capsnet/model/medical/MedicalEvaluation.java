package org.capsnet.model.medical;

import java.util.List;
import java.util.Optional;
import org.capsnet.metric.CalibrationEvaluation;
import org.capsnet.metric.ClassScores;
import org.capsnet.metric.RocEvaluation;
import org.capsnet.metric.SegmentationEvaluation;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How well a {@link MedicalModel} tells what it tells. Predictions of several models may be added
 * to one evaluation: those of the folds of a cross-validation.
 */
public final class MedicalEvaluation {

  private final boolean severalFindings;
  private final Optional<Evaluation> classes;
  private final Optional<RocEvaluation> roc;
  private final Optional<CalibrationEvaluation> calibration;
  private final Optional<SegmentationEvaluation> masks;
  private final Optional<SegmentationEvaluation> foreground;

  /**
   * An evaluation of nothing yet.
   *
   * @param classNames the names of the diagnoses; none if there are none
   * @param masks how many classes a pixel can have, the first being the background; 0 for no masks
   * @param severalFindings whether several classes may apply to one image
   */
  public MedicalEvaluation(List<String> classNames, int masks, boolean severalFindings) {
    boolean diagnoses = !classNames.isEmpty();
    this.severalFindings = severalFindings;
    classes =
        diagnoses && !severalFindings
            ? Optional.of(new Evaluation(List.copyOf(classNames)))
            : Optional.empty();
    roc = diagnoses ? Optional.of(new RocEvaluation(classNames.size())) : Optional.empty();
    calibration = diagnoses ? Optional.of(CalibrationEvaluation.standard()) : Optional.empty();
    this.masks = masks > 0 ? Optional.of(new SegmentationEvaluation(masks)) : Optional.empty();
    foreground = masks > 0 ? Optional.of(new SegmentationEvaluation(1)) : Optional.empty();
  }

  /**
   * Adds diagnoses.
   *
   * @param truth 1 for each class that applies, {@code [batch, classes]}
   * @param lengths of the diagnosis capsules, of the same shape
   */
  void addDiagnoses(INDArray truth, INDArray lengths) {
    roc.orElseThrow().add(truth, severalFindings ? lengths : shares(lengths));
    classes.ifPresent(evaluation -> evaluation.eval(truth, lengths));
    if (severalFindings) {
      addEach(truth, lengths);
    } else {
      calibration.orElseThrow().add(truth, lengths);
    }
  }

  /** Lengths in parts of their sum, so that what one class gains another loses. */
  private static INDArray shares(INDArray lengths) {
    return lengths.div(lengths.sum(true, 1).addi(Nd4j.EPS_THRESHOLD));
  }

  private void addEach(INDArray truth, INDArray lengths) {
    for (long i = 0; i < truth.size(0); i++) {
      for (long c = 0; c < truth.size(1); c++) {
        calibration.orElseThrow().add(lengths.getDouble(i, c), truth.getDouble(i, c) == 1);
      }
    }
  }

  /**
   * Adds masks.
   *
   * @param truth one-hot, {@code [batch, masks, height, width]}
   * @param scores the largest being the class told, of the same shape
   */
  void addMasks(INDArray truth, INDArray scores) {
    INDArray told = MaskClasses.oneHot(scores);
    masks.orElseThrow().add(truth, told);
    foreground.orElseThrow().add(union(truth), union(told));
  }

  /** All that is not background, {@code [batch, 1, height, width]}. */
  private static INDArray union(INDArray masks) {
    return masks.slice(0, 1).rsub(1).reshape('c', masks.size(0), 1, masks.size(2), masks.size(3));
  }

  /**
   * ND4J's account of the diagnoses: accuracy and confusion. Its precision and recall are 0 where
   * they are unknown: {@link ClassScores} are not.
   *
   * @return empty if there are none, or several may apply to one image
   */
  public Optional<Evaluation> classes() {
    return classes;
  }

  /**
   * The receiver operating characteristic of each class against the others. Where one diagnosis
   * applies, its score is its length in parts of the sum of all lengths.
   *
   * @return empty if there are no diagnoses
   */
  public Optional<RocEvaluation> roc() {
    return roc;
  }

  /**
   * The area under the curve of {@link #roc()}, mean over the classes.
   *
   * @return from 0 to 1; of those classes that some images have and some have not. Not a number if
   *     there is none.
   */
  public double meanAuc() {
    return roc.map(RocEvaluation::meanAuc).orElse(Double.NaN);
  }

  /**
   * Whether the length of a capsule is a probability: of the diagnosis that was told, or, where
   * several may apply, of each.
   *
   * @return empty if there are no diagnoses
   */
  public Optional<CalibrationEvaluation> calibration() {
    return calibration;
  }

  /**
   * The masks of each class, the background too.
   *
   * @return empty if there are no masks
   */
  public Optional<SegmentationEvaluation> masks() {
    return masks;
  }

  /**
   * The union of all classes but the background, as class 0.
   *
   * @return empty if there are no masks
   */
  public Optional<SegmentationEvaluation> foreground() {
    return foreground;
  }
}
