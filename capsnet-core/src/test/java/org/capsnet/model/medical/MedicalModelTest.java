package org.capsnet.model.medical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.capsnet.data.Prefetching;
import org.capsnet.data.SampleIterator;
import org.capsnet.data.SampleSource;
import org.capsnet.data.medical.SegmentationLabels;
import org.capsnet.data.medical.SegmentationSample;
import org.capsnet.data.medical.SyntheticCells;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.metric.SegmentationEvaluation;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Primary;
import org.capsnet.model.medical.SegCaps.Level;
import org.capsnet.testing.Numbers;
import org.capsnet.train.Checkpointing;
import org.capsnet.train.EarlyStopping;
import org.capsnet.train.History;
import org.capsnet.train.Metric;
import org.capsnet.train.Step;
import org.capsnet.train.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Both networks with their objectives, trained, asked, judged and saved. */
class MedicalModelTest {

  private static final int SIZE = 17;
  private static final int CELLS = 24;
  private static final List<SegmentationSample> SAMPLES =
      LongStream.range(0, CELLS).mapToObj(new SyntheticCells(SIZE, 5)).toList();

  @TempDir private Path folder;

  private static SegmentationLabels layout(MedicalModel model) {
    return new SegmentationLabels(model.classNames(), SyntheticCells.MASK_NAMES.size(), SIZE, SIZE);
  }

  private static SampleIterator<SegmentationSample> data(MedicalModel model, boolean shuffled) {
    SampleIterator.Builder<SegmentationSample> builder =
        SampleIterator.builder(SampleSource.of(SAMPLES), layout(model), 8).seed(3);
    return shuffled ? builder.shuffle().build() : builder.build();
  }

  private static MedicalModel medical(long seed) {
    MedicalCapsNet net =
        MedicalCapsNet.Config.of(new ImageShape(3, SIZE, SIZE), 2, 3)
            .with("stages", List.of(Conv.same(8, 3, 1), Conv.same(8, 3, 2)))
            .with("primary", Primary.same(4, 4, 3, 2))
            .with("classDim", 4)
            .build(seed);
    return new MedicalModel(net, SyntheticCells.CLASS_NAMES, SyntheticCells.MASK_NAMES, false);
  }

  private static MedicalModel segCaps(long seed) {
    SegCaps net =
        SegCaps.Config.of(new ImageShape(3, SIZE, SIZE), 3)
            .with("stem", Conv.same(8, 3, 1))
            .with("kernel", 3)
            .with("levels", List.of(new Level(1, 8), new Level(3, 4), new Level(3, 6)))
            .with("masks", 3)
            .with("maskDim", 6)
            .with("reconstruction", List.of(8))
            .build(seed);
    return new MedicalModel(net, List.of(), SyntheticCells.MASK_NAMES, false);
  }

  private static Trainer trainer(MedicalModel model, int epochs) {
    return Trainer.of(
            model.objective(model.classNames().isEmpty() ? new double[0] : new double[] {1, 1.5}))
        .updater(new Adam(0.01))
        .epochs(epochs);
  }

  private static History fit(Trainer trainer, MedicalModel model) {
    try (Prefetching ahead = Prefetching.of(data(model, true))) {
      return trainer.fit(ahead, data(model, false));
    }
  }

  @Test
  void aNetworkThatGivesNaNTellsNothing() {
    INDArray images = Nd4j.ones(DataType.FLOAT, 1, 3, SIZE, SIZE);
    MedicalModel diagnosing = medical(1);
    diagnosing.net().parameters().get("diagnosis.weight").value().putScalar(0, Double.NaN);
    assertThatThrownBy(() -> diagnosing.predictBatch(images))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("lengths: expected numbers, got NaN");
    MedicalModel segmenting = segCaps(1);
    segmenting.net().parameters().values().forEach(p -> p.value().putScalar(0, Double.NaN));
    assertThatThrownBy(() -> segmenting.predictBatch(images))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("scores: expected numbers, got NaN");
  }

  // ---------------------------------------------------------------- learning

  /** What is seen again and again is learned by heart. */
  @Test
  void learnsAFewCellsByHeart() {
    MedicalModel model = medical(1);
    fit(trainer(model, 25), model);
    MedicalEvaluation evaluation = model.evaluate(data(model, false));
    assertThat(evaluation.classes().orElseThrow().accuracy()).isGreaterThan(0.9);
    assertThat(evaluation.meanAuc()).isGreaterThan(0.95);
    assertThat(evaluation.foreground().orElseThrow().mean(0).dice()).isGreaterThan(0.9);
    assertThat(evaluation.masks().orElseThrow().mean(2).dice()).isGreaterThan(0.8);
  }

  @Test
  void segCapsLearnsAFewCellsByHeart() {
    MedicalModel model = segCaps(1);
    fit(trainer(model, 15), model);
    MedicalEvaluation evaluation = model.evaluate(data(model, false));
    assertThat(evaluation.classes()).isEmpty();
    assertThat(evaluation.roc()).isEmpty();
    assertThat(evaluation.meanAuc()).isNaN();
    assertThat(evaluation.foreground().orElseThrow().mean(0).dice()).isGreaterThan(0.85);
    assertThat(evaluation.masks().orElseThrow().mean(2).dice()).isGreaterThan(0.7);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTrainingBrokenOffAndResumedEqualsAnUnbrokenOne(boolean withDiagnosis) {
    MedicalModel whole = withDiagnosis ? medical(2) : segCaps(2);
    MedicalModel begun = withDiagnosis ? medical(2) : segCaps(2);
    MedicalModel resumed =
        withDiagnosis ? medical(9) : segCaps(9); // its weights are the checkpoint's
    History unbroken = fit(trainer(whole, 2), whole);
    Checkpointing checkpoints = Checkpointing.in(folder).everyIterations(2);
    fit(trainer(begun, 2).checkpoints(checkpoints).maxIterations(4), begun);
    History history = fit(trainer(resumed, 2).checkpoints(checkpoints).resume(), resumed);
    assertThat(history.epochs().stream().map(epoch -> epoch.get(Metric.TRAIN_LOSS)).toList())
        .isEqualTo(unbroken.epochs().stream().map(epoch -> epoch.get(Metric.TRAIN_LOSS)).toList());
    assertThat(Numbers.of(resumed.net().state()))
        .usingRecursiveComparison()
        .isEqualTo(Numbers.of(whole.net().state()));
  }

  /** What is measured while it trains is what the model itself is judged by. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isChosenByDice(boolean withDiagnosis) {
    MedicalModel model = withDiagnosis ? medical(1) : segCaps(1);
    Metric dice = model.meanDice();
    History history =
        fit(trainer(model, 4).earlyStopping(EarlyStopping.on(dice, 9).restoringBest()), model);
    assertThat(dice).hasToString("validation_dice");
    SegmentationEvaluation masks = model.evaluate(data(model, false)).masks().orElseThrow();
    assertThat(history.epochs().stream().map(epoch -> epoch.get(dice)).distinct())
        .hasSizeGreaterThan(1);
    assertThat((masks.mean(1).dice() + masks.mean(2).dice()) / 2)
        .isEqualTo(history.best(dice).orElseThrow().get(dice));
    assertThat(history.epochs().get(0).metrics())
        .containsKeys("train_mask", "validation_mask", "validation_reconstruction");
    assertThat(history.epochs().get(0).metrics().containsKey("validation_diagnosis"))
        .isEqualTo(withDiagnosis);
  }

  @Test
  void withoutMasksThereIsNoDice() {
    MedicalModel diagnosing =
        new MedicalModel(
            MedicalCapsNet.Config.of(new ImageShape(1, SIZE, SIZE), 2, 0).build(0),
            SyntheticCells.CLASS_NAMES,
            List.of(),
            false);
    assertThatIllegalStateException()
        .isThrownBy(diagnosing::meanDice)
        .withMessage("this network makes no masks");
  }

  // ---------------------------------------------------------------- judging

  /**
   * The lengths of the diagnosis capsules are the squashed biases; no class of a pixel is surer.
   */
  private static MedicalModel known(boolean severalFindings) {
    MedicalModel some = medical(1);
    some.net().parameters().values().forEach(p -> p.value().assign(0));
    INDArray bias = some.net().parameters().get("diagnosis.bias").value();
    bias.putScalar(0, 1, 1); // a length of 1/2
    bias.putScalar(1, 0, 3); // a length of 9/10
    return new MedicalModel(some.ability(), some.classNames(), some.maskNames(), severalFindings);
  }

  @Test
  void figuresAreThoseOfWhatIsTold() {
    MedicalModel model = known(false);
    long ofOne = SAMPLES.stream().filter(sample -> sample.label() == 1).count();
    double share = (double) ofOne / CELLS;
    MedicalEvaluation evaluation = model.evaluate(data(model, false));
    assertThat(evaluation.classes().orElseThrow().accuracy()).isCloseTo(share, within(1e-9));
    assertThat(evaluation.classes().orElseThrow().getClassLabel(1)).isEqualTo("lobed nucleus");
    assertThat(evaluation.meanAuc()).isEqualTo(0.5);
    assertThat(evaluation.roc().orElseThrow().isDecided(0)).isTrue();
    assertThat(evaluation.calibration().orElseThrow().expectedCalibrationError())
        .isCloseTo(Math.abs(0.9 - share), within(1e-4));
    // Of equal scores the first wins: all is background.
    assertThat(evaluation.foreground().orElseThrow().mean(0).dice()).isZero();
    assertThat(evaluation.masks().orElseThrow().mean(0).sensitivity()).isEqualTo(1);
    model.evaluate(data(model, false), evaluation);
    assertThat(evaluation.classes().orElseThrow().getNumRowCounter()).isEqualTo(2 * CELLS);
  }

  @Test
  void ofSeveralFindingsEachIsJudged() {
    MedicalModel model = known(true);
    MedicalEvaluation evaluation = model.evaluate(data(model, false));
    assertThat(evaluation.classes()).isEmpty();
    double share = SAMPLES.stream().mapToInt(SegmentationSample::label).average().orElseThrow();
    double expected = (Math.abs(0.5 - (1 - share)) + Math.abs(0.9 - share)) / 2;
    assertThat(evaluation.calibration().orElseThrow().expectedCalibrationError())
        .isCloseTo(expected, within(1e-4));
    assertThat(evaluation.roc().orElseThrow().positives(1))
        .isEqualTo(SAMPLES.stream().filter(sample -> sample.label() == 1).count());
    assertThat(model.objective().loss(data(model, false).next(), Step.FIRST).predictions())
        .isEmpty();
  }

  // ---------------------------------------------------------------- predicting

  private static INDArray image(int i) {
    return SAMPLES.get(i).image().toArray();
  }

  @Test
  void predictsDiagnosisMaskAndReconstruction() {
    MedicalPrediction prediction = known(false).predict(image(0));
    assertThat(prediction.label()).hasValue(1);
    assertThat(prediction.lengths().orElseThrow().getDouble(0)).isCloseTo(0.5, within(1e-4));
    assertThat(prediction.mask().orElseThrow().shape()).containsExactly(SIZE, SIZE);
    assertThat(prediction.mask().orElseThrow().maxNumber().doubleValue()).isZero();
    INDArray drawn = prediction.reconstruction().orElseThrow();
    assertThat(drawn.shape()).containsExactly(3, SIZE, SIZE);
    assertThat(drawn.sub(0.5).amaxNumber().doubleValue()).isLessThan(1e-6);

    MedicalPrediction masks = segCaps(1).predict(image(0));
    assertThat(masks.label()).isEmpty();
    assertThat(masks.lengths()).isEmpty();
    assertThat(masks.mask().orElseThrow().shape()).containsExactly(SIZE, SIZE);
  }

  /** The mask is where the logits are largest. */
  @Test
  void theMaskIsTheClassOfTheLargestScore() {
    MedicalModel model = medical(4);
    model.net().parameters().get("segmentation.head.weight").value().assign(0);
    INDArray bias = model.net().parameters().get("segmentation.head.bias").value();
    bias.assign(Nd4j.createFromArray(0f, 2f, 1f));
    assertThat(model.predict(image(1)).mask().orElseThrow())
        .isEqualTo(Nd4j.ones(DataType.FLOAT, SIZE, SIZE));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anyNumberOfThreadsPredicts(boolean withDiagnosis) throws Exception {
    MedicalModel model = withDiagnosis ? medical(3) : segCaps(3);
    INDArray images = Nd4j.stack(0, image(0), image(1), image(2));
    List<double[]> expected = masks(model, images);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<List<double[]>>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(pool.submit(() -> masks(model, images)));
      }
      for (Future<List<double[]>> one : all) {
        assertThat(one.get()).usingRecursiveComparison().isEqualTo(expected);
      }
    } finally {
      pool.shutdown();
    }
  }

  private static List<double[]> masks(MedicalModel model, INDArray images) {
    return model.predictBatch(images).stream()
        .map(p -> Numbers.of(p.reconstruction().orElseThrow()))
        .toList();
  }

  @Test
  void whatDoesNotFitIsRefused() {
    MedicalModel model = medical(1);
    assertThatThrownBy(() -> model.predict(Nd4j.zeros(DataType.FLOAT, 1, SIZE, SIZE)))
        .hasMessage("image: expected [3, 17, 17], got [1, 17, 17]");
    assertThatThrownBy(() -> model.predict(Nd4j.ones(DataType.FLOAT, 3, SIZE, SIZE).muli(255)))
        .hasMessageStartingWith("images: expected values from 0 to 1");
    assertThatThrownBy(() -> model.explain(image(0), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label: expected 0 to 1, got 2");
    assertThatThrownBy(() -> segCaps(1).explain(image(0), 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this network makes no diagnosis");
    model.net().train();
    assertThatThrownBy(() -> model.predict(image(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the network is in training mode: call eval() first");
    assertThatThrownBy(
            () -> new MedicalModel(model.ability(), List.of("a"), model.maskNames(), false))
        .hasMessage("class names: expected 2, got 1");
    assertThatThrownBy(
            () -> new MedicalModel(model.ability(), model.classNames(), List.of(), false))
        .hasMessage("mask names: expected 3, got 0");
  }

  // ---------------------------------------------------------------- saving

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsSavedAndLoadedPredictsTheSame(boolean withDiagnosis) throws Exception {
    Path file = folder.resolve("model.safetensors");
    MedicalModel some = withDiagnosis ? medical(6) : segCaps(6);
    MedicalModel model =
        new MedicalModel(some.ability(), some.classNames(), some.maskNames(), true);
    model.save(file);
    MedicalModel loaded = MedicalModel.load(file);
    assertThat(loaded.classNames()).isEqualTo(model.classNames());
    assertThat(loaded.maskNames()).isEqualTo(SyntheticCells.MASK_NAMES);
    assertThat(loaded.severalFindings()).isTrue();
    INDArray images = image(7).reshape(1, 3, SIZE, SIZE);
    assertThat(masks(loaded, images)).usingRecursiveComparison().isEqualTo(masks(model, images));
  }

  @Test
  void filesWithoutNamesAreRefused() throws Exception {
    Path file = folder.resolve("net.safetensors");
    MedicalModel model = medical(1);
    model.net().save(file);
    assertThatThrownBy(() -> MedicalModel.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(
            "holds a network alone, which Network.load reads: its metadata lacks capsnet.masks");
    Map<String, String> metadata = new TreeMap<>(Safetensors.read(file).metadata());
    metadata.put("capsnet.classes", "[\"a\",\"b\"]");
    metadata.put("capsnet.masks", "[\"a\",\"b\",\"c\"]");
    metadata.put("capsnet.findings", "many");
    Safetensors.write(file, model.net().state(), metadata);
    assertThatThrownBy(() -> MedicalModel.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("findings: expected one or several, got many");
    metadata.put("capsnet.findings", "one");
    metadata.put("capsnet.masks", "[\"a\"]");
    Safetensors.write(file, model.net().state(), metadata);
    assertThatThrownBy(() -> MedicalModel.load(file))
        .hasMessageContaining("mask names: expected 3, got 1");
    segCaps(1).save(file);
    assertThatThrownBy(() -> Network.load(file, MedicalCapsNet.class))
        .hasMessageContaining("holds a SegCaps, which is no MedicalCapsNet");
    assertThat(MedicalModel.load(file).net()).isInstanceOf(SegCaps.class);
  }
}
