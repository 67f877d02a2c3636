package org.capsnet.model.medical;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
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
 *
 * @param severalFindings whether several classes may apply to one image
 * @param classes ND4J's account of the diagnoses: accuracy and confusion; empty if there are none,
 *     or several may apply to one image. Its precision and recall are 0 where they are unknown:
 *     {@link ClassScores} are not.
 * @param roc the receiver operating characteristic of each class against the others; empty if there
 *     are no diagnoses. Where one diagnosis applies, its score is its length in parts of the sum of
 *     all lengths.
 * @param calibration whether the length of a capsule is a probability: of the diagnosis that was
 *     told, or, where several may apply, of each; empty if there are no diagnoses
 * @param masks those of each class, the background too; empty if there are none
 * @param foreground the union of all classes but the background, as class 0; empty without masks
 */
public record MedicalEvaluation(
    boolean severalFindings,
    Optional<Evaluation> classes,
    Optional<RocEvaluation> roc,
    Optional<CalibrationEvaluation> calibration,
    Optional<SegmentationEvaluation> masks,
    Optional<SegmentationEvaluation> foreground) {

  /**
   * An evaluation of nothing yet.
   *
   * @param classNames the names of the diagnoses; none if there are none
   * @param masks how many classes a pixel can have, the first being the background; 0 for no masks
   * @param severalFindings whether several classes may apply to one image
   */
  public MedicalEvaluation(List<String> classNames, int masks, boolean severalFindings) {
    this(
        severalFindings,
        only(
            !classNames.isEmpty() && !severalFindings,
            () -> new Evaluation(List.copyOf(classNames))),
        only(!classNames.isEmpty(), () -> new RocEvaluation(classNames.size())),
        only(!classNames.isEmpty(), CalibrationEvaluation::standard),
        only(masks > 0, () -> new SegmentationEvaluation(masks)),
        only(masks > 0, () -> new SegmentationEvaluation(1)));
  }

  private static <T> Optional<T> only(boolean wanted, Supplier<T> part) {
    return wanted ? Optional.of(part.get()) : Optional.empty();
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
    foreground.orElseThrow().add(MaskClasses.foreground(truth), MaskClasses.foreground(told));
  }

  /**
   * {@return the area under the curve of {@link #roc()}, from 0 to 1: the mean over those classes
   * that some images have and some have not, not a number if there is none}
   */
  public double meanAuc() {
    return roc.map(RocEvaluation::meanAuc).orElse(Double.NaN);
  }
}
