package org.capsnet.examples.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
import org.capsnet.train.Validation;

/** Trains a contestant and judges it, once for each seed, unless that has been done. */
public final class ComparisonRun {

  /** Images whose couplings are looked at, at most. */
  private static final int LOOKED_AT = 100;

  private static final double NANOS = 1e9;

  private static final String RESULT = "result.json";
  private static final String TRIAL = "trial.json";

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

  /** Checks what depends on the number of images, before anything is forgotten. */
  public void requireSchedule() {
    trainings.requireSchedule();
  }

  /** The folders of its trainings with a seed: with several learning rates, one for each too. */
  public List<Path> folders(Contestant contestant, long seed, List<Double> rates) {
    Path own = trainings.folder(contestant, seed);
    return Stream.concat(Stream.of(own), rates.stream().map(rate -> trial(own, rate, rates)))
        .distinct()
        .toList();
  }

  private static Path trial(Path own, double rate, List<Double> rates) {
    return rates.size() == 1 ? own : own.resolve("learning-rate-" + rate);
  }

  /** Forgets what an earlier run found in such folders, so that nothing of it is taken for new. */
  public static void forget(List<Path> folders) throws IOException {
    ResultFile.deleteIn(folders, RESULT, TRIAL);
  }

  /**
   * Trains and judges, or takes what an earlier run of the same found. With several learning rates
   * it trains with each, and judges the network that is best on the validation images.
   *
   * @throws IllegalArgumentException if the folder has the result of another comparison, or an
   *     unfinished training with one learning rate where there are several
   */
  public ComparisonResult result(Contestant contestant, long seed, List<Double> rates)
      throws IOException {
    Path own = trainings.folder(contestant, seed);
    Path file = own.resolve(RESULT);
    String settings = trainings.settings(contestant, seed, rates);
    if (training.resumes() && Files.exists(file)) {
      return ComparisonResult.read(file, settings);
    }
    if (training.resumes() && rates.size() > 1 && Files.exists(TrainingOptions.checkpoints(own))) {
      throw new IllegalArgumentException(
          own
              + " holds an unfinished training with one learning rate: --overwrite starts again,"
              + " --out takes another folder");
    }
    List<Trial> trials = new ArrayList<>();
    for (double rate : rates) {
      trials.add(trial(contestant, seed, rate, trial(own, rate, rates)));
    }
    ComparisonResult result = judged(contestant, settings, trials, own, rates);
    result.write(file);
    for (double rate : rates) {
      ContestantTraining.deleteCheckpoints(trial(own, rate, rates));
    }
    return result;
  }

  private Trial trial(Contestant contestant, long seed, double rate, Path folder)
      throws IOException {
    Path file = folder.resolve(TRIAL);
    String settings = trainings.settings(contestant, seed, List.of(rate));
    if (training.resumes() && Files.exists(file)) {
      return Trial.read(file, settings);
    }
    Trial trial = train(contestant, seed, rate, folder, settings);
    trial.write(file);
    return trial;
  }

  private Trial train(Contestant contestant, long seed, double rate, Path folder, String settings)
      throws IOException {
    try (ImageClassifier classifier = trainings.untrained(contestant, seed)) {
      List<EpochReport> epochs =
          trainings.train(contestant, classifier, seed, rate, folder).epochs();
      double validation = epochs.get(epochs.size() - 1).metrics().get("validation_accuracy");
      double speed = epochs.stream().mapToDouble(EpochReport::imagesPerSecond).max().orElseThrow();
      return new Trial(settings, "", rate, validation, speed);
    } catch (DivergedException e) {
      return new Trial(settings, e.getMessage(), rate, 0, 0);
    }
  }

  // ---------------------------------------------------------------- judging

  private ComparisonResult judged(
      Contestant contestant, String settings, List<Trial> trials, Path own, List<Double> rates)
      throws IOException {
    Optional<Trial> best =
        trials.stream().filter(Trial::isWhole).max(Comparator.comparingDouble(Trial::validation));
    String faults =
        trials.stream()
            .filter(trial -> !trial.isWhole())
            .map(Trial::words)
            .collect(Collectors.joining("; "));
    if (best.isEmpty()) {
      return ComparisonResult.failed(settings, faults);
    }
    Path trained = trial(own, best.get().rate(), rates);
    try (ImageClassifier classifier = ImageClassifier.load(TrainingOptions.model(trained))) {
      if (!trained.equals(own)) {
        classifier.save(TrainingOptions.model(own));
      }
      return judged(contestant, classifier, best.get(), settings, faults);
    }
  }

  private ComparisonResult judged(
      Contestant contestant,
      ImageClassifier classifier,
      Trial trial,
      String settings,
      String faults) {
    Classifier net = classifier.ability();
    ClassificationObjective objective = new ClassificationObjective(net, contestant.loss(1));
    List<Double> speeds = new ArrayList<>();
    List<Double> accuracies =
        changed.stream().map(images -> accuracy(objective, images, speeds)).toList();
    List<Double> byAngle =
        turned.stream().map(images -> accuracy(objective, images, speeds)).toList();
    Summary summary = net.network().summary();
    return new ComparisonResult(
        settings,
        faults,
        trial.rate(),
        accuracies,
        byAngle,
        contestant.group() == Contestant.Group.ROUTING ? entropies(net) : List.of(),
        trial.trained(),
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
