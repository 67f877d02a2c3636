package org.capsnet.examples.comparison;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.capsnet.data.LabeledImages;
import org.capsnet.examples.options.AugmentationOptions;
import org.capsnet.examples.options.TrainingOptions;
import org.capsnet.model.Classifier;
import org.capsnet.model.classification.ClassificationObjective;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.train.EpochReport;
import org.capsnet.train.TrainingListener;
import org.capsnet.train.Validation;

/** Trains a contestant and judges it after each epoch by each angle, unless that has been done. */
public final class ViewpointRun {

  private static final String RESULT = "result.json";

  private final TrainingOptions training;
  private final ContestantTraining trainings;
  private final ViewpointSets sets;

  public ViewpointRun(TrainingOptions training, AugmentationOptions changes, ViewpointSets sets) {
    this.training = training;
    this.sets = sets;
    trainings = new ContestantTraining(training, changes, sets.sets());
  }

  /** Checks what depends on the number of images, before anything is forgotten. */
  public void requireSchedule() {
    trainings.requireSchedule();
  }

  /** The folder of a training. */
  public Path folder(Contestant contestant, long seed) {
    return trainings.folder(contestant, seed);
  }

  /** Forgets what an earlier run found in such folders, so that nothing of it is taken for new. */
  public static void forget(List<Path> folders) throws IOException {
    ResultFile.deleteIn(folders, RESULT);
  }

  /**
   * Trains and judges, or goes on where an earlier run of the same was interrupted.
   *
   * @throws IllegalArgumentException if the folder has the result of another comparison
   * @throws org.capsnet.train.DivergedException if the training came to nothing
   */
  public ViewpointResult result(Contestant contestant, long seed) throws IOException {
    Path file = folder(contestant, seed).resolve(RESULT);
    ViewpointResult before = before(file, trainings.settings(contestant, seed));
    if (before.right().size() == training.epochs()
        && Files.exists(TrainingOptions.model(folder(contestant, seed)))) {
      return before;
    }
    Files.createDirectories(file.getParent());
    try (ImageClassifier classifier = trainings.untrained(contestant, seed)) {
      Judge judge = new Judge(classifier.ability(), contestant, file, before);
      trainings.train(contestant, classifier, seed, judge);
      ContestantTraining.deleteCheckpoints(file.getParent());
      return judge.result;
    }
  }

  private ViewpointResult before(Path file, String settings) throws IOException {
    if (!training.resumes() || !Files.exists(file)) {
      return new ViewpointResult(settings, List.of());
    }
    return ViewpointResult.read(file, settings);
  }

  /** Adds to the result after each epoch, before the checkpoint that goes on from there. */
  private final class Judge implements TrainingListener {

    private final ClassificationObjective objective;
    private final Path file;
    private ViewpointResult result;

    Judge(Classifier net, Contestant contestant, Path file, ViewpointResult before) {
      objective = new ClassificationObjective(net, contestant.loss(1));
      this.file = file;
      result = before;
    }

    @Override
    public void onEpochEnd(EpochReport report) {
      List<Integer> right = sets.turned().stream().map(this::right).toList();
      result = result.after(report.epoch(), right);
      try {
        result.write(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private int right(LabeledImages images) {
      double accuracy =
          Validation.of(objective, trainings.inOrder(images))
              .run()
              .evaluation()
              .orElseThrow()
              .accuracy();
      return (int) Math.round(accuracy * images.count());
    }
  }
}
