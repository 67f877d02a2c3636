package org.capsnet.examples.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.capsnet.data.ImageIterator;
import org.capsnet.data.LabeledImages;
import org.capsnet.examples.digits.SplitOptions;
import org.capsnet.examples.options.AugmentationOptions;
import org.capsnet.examples.options.TrainingOptions;
import org.capsnet.model.Classifier;
import org.capsnet.model.Summary;
import org.capsnet.model.classification.ClassificationObjective;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.insight.LayerStatistics;
import org.capsnet.model.insight.RoutingStatistics;
import org.capsnet.train.DivergedException;
import org.capsnet.train.EpochReport;
import org.capsnet.train.History;
import org.capsnet.train.Validation;

/** Trains a contestant and judges it, once for each seed, unless that has been done. */
public final class ComparisonRun {

  /** Images whose couplings are looked at, at most. */
  private static final int LOOKED_AT = 100;

  private static final double NANOS = 1e9;

  private final TrainingOptions training;
  private final ContestantTraining trainings;
  private final List<LabeledImages> changed;
  private final List<LabeledImages> turned;

  /** Changes the test images once, for all. */
  public ComparisonRun(
      TrainingOptions training, AugmentationOptions changes, SplitOptions.Sets sets) {
    this.training = training;
    trainings = new ContestantTraining(training, changes, sets);
    changed = TestChange.ALL.stream().map(change -> change.of(sets.test())).toList();
    turned =
        Arrays.stream(TestChange.angles())
            .mapToObj(degrees -> TestChange.turned(sets.test(), degrees))
            .toList();
  }

  /** The folder of a training. */
  public Path folder(Contestant contestant, long seed) {
    return trainings.folder(contestant, seed);
  }

  /**
   * Trains and judges, or takes what an earlier run of the same found.
   *
   * @throws IllegalArgumentException if the folder has the result of another comparison
   */
  public ComparisonResult result(Contestant contestant, long seed) throws IOException {
    Path file = folder(contestant, seed).resolve("result.json");
    if (training.resumes() && Files.exists(file)) {
      return requireSame(file, ComparisonResult.read(file), trainings.settings(contestant, seed));
    }
    ComparisonResult result = run(contestant, seed);
    result.write(file);
    trainings.deleteCheckpoints(contestant, seed);
    return result;
  }

  private static ComparisonResult requireSame(Path file, ComparisonResult result, String settings) {
    if (!result.settings().equals(settings)) {
      throw new IllegalArgumentException(
          "%s is of another comparison: expected %s, got %s; --overwrite starts again, --out takes another folder"
              .formatted(file, settings, result.settings()));
    }
    return result;
  }

  private ComparisonResult run(Contestant contestant, long seed) throws IOException {
    String settings = trainings.settings(contestant, seed);
    try (ImageClassifier classifier = trainings.untrained(contestant, seed)) {
      History history = trainings.train(contestant, classifier, seed);
      return judged(contestant, classifier, history, settings);
    } catch (DivergedException e) {
      return ComparisonResult.failed(settings, e.getMessage());
    }
  }

  // ---------------------------------------------------------------- judging

  private ComparisonResult judged(
      Contestant contestant, ImageClassifier classifier, History history, String settings) {
    Classifier net = classifier.ability();
    ClassificationObjective objective =
        new ClassificationObjective(net, contestant.loss().apply(1));
    List<Double> speeds = new ArrayList<>();
    List<Double> accuracies =
        changed.stream().map(images -> accuracy(objective, images, speeds)).toList();
    List<Double> byAngle =
        turned.stream().map(images -> accuracy(objective, images, speeds)).toList();
    Summary summary = net.network().summary();
    return new ComparisonResult(
        settings,
        "",
        accuracies,
        byAngle,
        contestant.group() == Contestant.Group.ROUTING ? entropies(net) : List.of(),
        history.epochs().stream().mapToDouble(EpochReport::imagesPerSecond).max().orElseThrow(),
        speeds.stream().mapToDouble(Double::doubleValue).max().orElseThrow(),
        summary.parameters(),
        summary.multiplyAdds(),
        summary.trainingBytes(training.batch()));
  }

  /** Adds to the speeds the images a second that this took. */
  private double accuracy(
      ClassificationObjective objective, LabeledImages images, List<Double> speeds) {
    long start = System.nanoTime();
    double accuracy =
        Validation.of(objective, trainings.inOrder(images))
            .run()
            .evaluation()
            .orElseThrow()
            .accuracy();
    speeds.add(images.count() * NANOS / (System.nanoTime() - start));
    return accuracy;
  }

  /** Of the layer to class capsules, on test images as they are. */
  private List<Double> entropies(Classifier net) {
    RoutingStatistics statistics = RoutingStatistics.of(net);
    LabeledImages test = changed.get(0);
    ImageIterator some = trainings.inOrder(test.take(Math.min(LOOKED_AT, test.count())));
    while (some.hasNext()) {
      statistics.add(some.next().getFeatures());
    }
    List<LayerStatistics> layers = statistics.layers();
    return layers.get(layers.size() - 1).entropy();
  }
}
