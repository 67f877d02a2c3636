package org.capsnet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.capsnet.data.medical.SegmentationLabels;
import org.capsnet.examples.detection.DetectionReport;
import org.capsnet.examples.medical.MedicalCharts;
import org.capsnet.examples.medical.MedicalData;
import org.capsnet.examples.medical.MedicalFigures;
import org.capsnet.examples.output.ClassTable;
import org.capsnet.examples.output.Figure;
import org.capsnet.metric.CalibrationEvaluation;
import org.capsnet.metric.DetectionEvaluation;
import org.capsnet.model.medical.MedicalEvaluation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What is unknown is a dash in print and pictures, and null in JSON; never NaN, and never 0. */
class FigureTest {

  private static final List<String> NAMES = List.of("ill", "well");

  private static final MedicalData DATA =
      new MedicalData(
          "made up", 3, new SegmentationLabels(NAMES, 0, 16, 16), List.of(), false, List.of());

  @TempDir private Path folder;

  /** Of the classes given, all told right and surely. */
  private static MedicalEvaluation judged(int... classes) {
    MedicalEvaluation evaluation = new MedicalEvaluation(NAMES, 0, false);
    INDArray truth = Nd4j.zeros(classes.length, NAMES.size());
    for (int i = 0; i < classes.length; i++) {
      truth.putScalar(i, classes[i], 1);
    }
    evaluation.classes().orElseThrow().eval(truth, truth);
    evaluation.roc().orElseThrow().add(truth, truth);
    return evaluation;
  }

  @Test
  void aFigureThatIsUnknownIsADash() {
    assertThat(Figure.text("%.2f %%", 12.345)).isEqualTo("12.35 %");
    assertThat(Figure.text("%.2f %%", 0)).isEqualTo("0.00 %");
    assertThat(Figure.text("%.2f %%", Double.NaN)).isEqualTo("-");
  }

  @Test
  void theLinesOfOneTraining() {
    MedicalFigures figures = new MedicalFigures(DATA);
    figures.add(judged(0, 0, 0));
    assertThat(figures.lines().lines())
        .containsExactly("test accuracy: 1.0000", "test AUC: -", "test calibration error: -");
  }

  @Test
  void theLinesAndTheFileOfSeveralFolds() throws IOException {
    MedicalFigures figures = new MedicalFigures(DATA);
    figures.add(judged(0, 1));
    figures.add(judged(0, 0));
    assertThat(figures.lines().lines())
        .containsExactly(
            "test accuracy: 1.0000 ± 0.0000 over 2 folds",
            "test AUC: - ± - over 2 folds",
            "test calibration error: - ± - over 2 folds");

    Path file = folder.resolve("metrics.json");
    figures.write(file, judged(0, 0), Map.of());
    JsonNode root = new ObjectMapper().readTree(file.toFile());
    assertThat(root.at("/test/accuracy").asDouble()).isCloseTo(1, within(1e-9));
    assertThat(root.at("/folds/0/AUC").asDouble()).isCloseTo(1, within(1e-9));
    for (String unknown :
        List.of(
            "/test/AUC",
            "/deviation over folds/AUC",
            "/folds/1/AUC",
            "/classes/ill/AUC",
            "/classes/well/precision",
            "/classes/well/recall")) {
      assertThat(root.at(unknown).isNull()).as(unknown).isTrue();
    }
    assertThat(Files.readString(file)).doesNotContain("NaN");
  }

  @Test
  void theTableOfClasses() {
    Evaluation evaluation = judged(0, 0).classes().orElseThrow();
    assertThat(ClassTable.of(evaluation, NAMES).lines().map(line -> line.trim().split(" +")))
        .element(2)
        .isEqualTo(new String[] {"well", "0", "-", "-", "-"});
  }

  @Test
  void theReportOfADetector() throws IOException {
    DetectionReport report = new DetectionReport(new DetectionEvaluation(2), NAMES);
    assertThat(report.line()).isEqualTo("test mAP@0.5: -, mAP@0.5:0.95: -");
    assertThat(report.table().lines().map(line -> line.trim().split(" +")))
        .element(2)
        .isEqualTo(new String[] {"well", "0", "-", "-"});
    Path file = folder.resolve("metrics.json");
    report.write(file, Map.of());
    JsonNode root = new ObjectMapper().readTree(file.toFile());
    assertThat(root.get("mAP@0.5").isNull()).isTrue();
    assertThat(root.at("/classes/1/AP@0.5").isNull()).isTrue();
    assertThat(Files.readString(file)).doesNotContain("NaN");
  }

  @Test
  void theTitleOfAChart() {
    CalibrationEvaluation calibration = CalibrationEvaluation.standard();
    assertThat(MedicalCharts.reliabilityTitle(calibration))
        .isEqualTo("reliability, expected calibration error -");
    calibration.add(0.75, true);
    assertThat(MedicalCharts.reliabilityTitle(calibration))
        .isEqualTo("reliability, expected calibration error 0.250");
  }

  @Test
  void theShareOfAClassWithoutImages() throws IOException {
    assertThat(MedicalCharts.percent(0.0 / 3)).isEqualTo("0 %");
    assertThat(MedicalCharts.percent(0.0 / 0)).isEqualTo("-");
    Path file = folder.resolve("confusion.png");
    MedicalCharts.confusion(file, judged(0, 0).classes().orElseThrow(), NAMES);
    assertThat(file).isNotEmptyFile();
  }
}
