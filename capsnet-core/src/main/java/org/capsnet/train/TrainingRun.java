package org.capsnet.train;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.capsnet.autograd.Scope;
import org.nd4j.linalg.dataset.DataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call of {@link Trainer#fit}: the loop over epochs and steps. */
final class TrainingRun implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);
  private static final double NANOS = 1e9;

  private final Trainable model;
  private final TrainingPlan plan;
  private final BatchSource source;
  private final Optional<Validation> validation;
  private final Optimizer optimizer;
  private final Optional<MovingAverage> average;
  private final Optional<BestWeights> best;
  private final Provenance provenance;
  private final TrainingState state;
  private final Optional<Checkpoints> checkpoints;

  private FrozenPart frozen;
  private Progress progress;
  private Set<String> termsBefore = Set.of();
  private long mark;

  TrainingRun(
      Trainable model, TrainingPlan plan, BatchSource source, Optional<BatchSource> validation) {
    this.model = model;
    this.plan = plan;
    this.source = source;
    this.validation = validation.map(data -> new Validation(model, data, plan.computed()));
    this.optimizer =
        new Optimizer(model.module(), plan.updaters(), plan.regularizations(), plan.clipping());
    this.average =
        plan.movingAverage()
            .map(decay -> new MovingAverage(decay, model.module(), plan.updaters()));
    this.best = plan.earlyStopping().filter(EarlyStopping::restoresBest).map(BestWeights::new);
    this.provenance = plan.checkpointing().isPresent() ? provenance(validation) : plan.provenance();
    this.state =
        new TrainingState(
            model.module(), optimizer, average, best, source, plan.provenance(), provenance);
    this.checkpoints = plan.checkpointing().map(policy -> new Checkpoints(policy, state));
  }

  /** What was stated, and what the data say of themselves. */
  private Provenance provenance(Optional<BatchSource> judge) {
    return plan.provenance()
        .with("training data", source.provenance())
        .with("validation data", judge.map(BatchSource::provenance).orElse(Map.of()));
  }

  History run() {
    progress = checkpoints.map(all -> all.open(plan.resuming())).orElseGet(Progress::new);
    termsBefore = progress.terms();
    StopReason reason = StopReason.FAILED;
    frozen = new FrozenPart(model.module(), plan.updaters());
    try {
      frozen.train();
      notifyListeners(listener -> listener.onSettings(settings()));
      notifyListeners(listener -> listener.onFitStart(model));
      reason = train();
      leave(reason);
    } finally {
      model.module().clearGradients();
      model.module().eval();
      frozen.close();
      History history = history(reason);
      notifyListeners(listener -> listener.onFitEnd(history));
    }
    return history(reason);
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(plan.settings());
    settings.put("batch size", source.batchSize() < 0 ? "?" : Integer.toString(source.batchSize()));
    settings.putAll(provenance.facts());
    settings.putAll(provenance.metadata());
    return Collections.unmodifiableMap(settings);
  }

  private History history(StopReason reason) {
    return new History(progress.history(), progress.iteration(), reason);
  }

  // ---------------------------------------------------------------- the loop

  private StopReason train() {
    while (true) {
      Optional<StopReason> reason = reasonToStop();
      if (reason.isPresent()) {
        return reason.get();
      }
      trainEpoch();
    }
  }

  private Optional<StopReason> reasonToStop() {
    if (progress.epoch() >= plan.epochs()) {
      return Optional.of(StopReason.EPOCHS);
    }
    if (plan.earlyStopping().filter(rule -> rule.stopsAfter(progress.history())).isPresent()) {
      return Optional.of(StopReason.EARLY_STOPPING);
    }
    if (progress.iteration() >= plan.maxIterations()) {
      return Optional.of(StopReason.MAX_ITERATIONS);
    }
    return interrupted() ? Optional.of(StopReason.INTERRUPTED) : Optional.empty();
  }

  private static boolean interrupted() {
    return Thread.currentThread().isInterrupted();
  }

  /** Trains to the end of the epoch, or until there is a reason to stop within it. */
  private void trainEpoch() {
    notifyListeners(
        listener ->
            listener.onEpochStart(
                new EpochStart(
                    progress.epoch() + 1,
                    plan.epochs(),
                    progress.batch(),
                    source.batches(),
                    source.batchSize(),
                    progress.iteration())));
    mark = System.nanoTime();
    source.seek(progress.epoch(), progress.batch());
    Optional<DataSet> batch = take();
    while (batch.isPresent()) {
      stepAndReport(batch.get());
      batch = take();
    }
    if (!interrupted() && !source.hasNext()) {
      endEpoch();
    }
  }

  /** The next batch, unless the epoch is over or there is a reason to stop. */
  private Optional<DataSet> take() {
    try {
      return !interrupted() && source.hasNext() && reasonToStop().isEmpty()
          ? Optional.of(source.next())
          : Optional.empty();
    } catch (RuntimeException e) {
      if (!interrupted()) {
        throw e;
      }
      LOG.info("The data iterator did not bear the interruption: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private void stepAndReport(DataSet batch) {
    Score score;
    try {
      score = step(batch);
    } finally {
      source.release(batch);
    }
    double rate = optimizer.learningRate(progress.iteration(), progress.epoch());
    long now = System.nanoTime();
    progress.stepDone(score, (now - mark) / NANOS);
    IterationReport report =
        new IterationReport(
            progress.iteration(),
            progress.epoch() + 1,
            plan.epochs(),
            progress.batch(),
            source.batches(),
            score.means(Metric.TRAIN),
            progress.score().means(Metric.TRAIN),
            progress.score().samples(),
            progress.seconds(),
            rate);
    notifyListeners(listener -> listener.onIteration(report));
    checkpoints.filter(all -> all.dueAfter(progress.iteration())).ifPresent(this::save);
    mark = System.nanoTime();
  }

  private Score step(DataSet batch) {
    model.module().atStep(progress.iteration());
    Score score;
    try (Scope step = Scope.open()) {
      Loss loss = model.loss(batch, new Step(progress.iteration(), progress.epoch(), true));
      score = Score.of(loss, batch.getFeatures().size(0));
      if (!score.isFinite()) {
        throw diverged(
            "the loss is " + loss,
            progress.iteration() + 1,
            NonFiniteSource.in(loss.total(), model.module()));
      }
      requireTermsOfBefore(loss);
      loss.total().backward();
    }
    optimizer.step(progress.iteration(), progress.epoch());
    average.ifPresent(one -> one.follow(progress.iteration() + 1));
    model.module().clearGradients();
    return score;
  }

  /**
   * Refuses, at the first step after a checkpoint, the loss of another training: with terms that
   * the one before did not have, and without some that it had. Either alone may be a schedule's
   * doing.
   */
  private void requireTermsOfBefore(Loss loss) {
    Set<String> before = termsBefore;
    termsBefore = Set.of();
    List<String> now = loss.terms().stream().map(Loss.Term::name).sorted().toList();
    if (!before.isEmpty() && !before.containsAll(now) && !now.containsAll(before)) {
      Mismatch mismatch = new Mismatch(checkpoints.flatMap(Checkpoints::newestFile).orElseThrow());
      throw mismatch.of("terms of the loss", now.toString(), before.toString());
    }
  }

  private DivergedException diverged(String what, int iteration, NonFiniteSource source) {
    return new DivergedException(
        what,
        iteration,
        progress.epoch() + 1,
        source,
        checkpoints.flatMap(Checkpoints::newestFile));
  }

  // ---------------------------------------------------------------- ends

  private void endEpoch() {
    requireFiniteParameters();
    average.ifPresent(MovingAverage::swap);
    try {
      judgeEpoch();
    } finally {
      average.ifPresent(MovingAverage::swap);
    }
    checkpoints.ifPresent(this::saveAfterEpoch);
  }

  /** Reports the epoch, and keeps the model as it is judged if that is the best so far. */
  private void judgeEpoch() {
    Map<String, Double> metrics = progress.score().means(Metric.TRAIN);
    validation.ifPresent(data -> metrics.putAll(judge(data)));
    EpochReport report =
        new EpochReport(
            progress.epoch() + 1,
            metrics,
            progress.seconds(),
            progress.score().samples() / progress.seconds(),
            optimizer.learningRate(progress.iteration() - 1, progress.epoch()));
    plan.requireReported(report);
    progress.epochDone(report);
    keepIfBest();
    notifyListeners(listener -> listener.onEpochEnd(report));
  }

  /** Judges the model by other data, at the step that follows those that are done. */
  private Map<String, Double> judge(Validation data) {
    Validation.Outcome outcome = data.run(new Step(progress.iteration(), progress.epoch(), false));
    frozen.train();
    requireFinite(outcome);
    notifyListeners(listener -> listener.onValidation(progress.epoch() + 1, outcome));
    return outcome.metrics();
  }

  private void keepIfBest() {
    if (plan.earlyStopping().filter(rule -> rule.lastIsBest(progress.history())).isPresent()) {
      best.ifPresent(weights -> weights.take(progress.epoch(), model.module().state()));
    }
  }

  /**
   * The best file goes first: a training killed between the two does the epoch again from an older
   * checkpoint and writes the same best file once more.
   */
  private void saveAfterEpoch(Checkpoints all) {
    List<EpochReport> epochs = progress.history();
    if (plan.bestBy(epochs.get(epochs.size() - 1)).lastIsBest(epochs)) {
      requireFiniteParameters();
      all.writeBest(progress);
    }
    if (all.dueAfterEpochs()) {
      save(all);
    }
  }

  private void save(Checkpoints all) {
    requireFiniteParameters();
    Path file = all.write(progress);
    notifyListeners(listener -> listener.onCheckpoint(file));
  }

  /** What the last update broke shows in no loss before the next one. */
  private void requireFiniteParameters() {
    state
        .brokenParameter()
        .ifPresent(
            name -> {
              throw diverged(
                  "the update broke a parameter",
                  progress.iteration(),
                  NonFiniteSource.parameter(name));
            });
  }

  private void requireFinite(Validation.Outcome outcome) {
    double loss = outcome.get(Metric.VALIDATION_LOSS);
    if (!Double.isFinite(loss)) {
      throw diverged(
          "the validation loss is " + loss, progress.iteration(), NonFiniteSource.unrecorded());
    }
  }

  /** What is to be done once nothing more is trained. */
  private void leave(StopReason reason) {
    boolean cutShort = reason == StopReason.MAX_ITERATIONS || reason == StopReason.INTERRUPTED;
    if (cutShort) {
      requireFiniteParameters();
      checkpoints.ifPresent(this::save);
    }
    if (!cutShort && best.filter(weights -> weights.epoch() > 0).isPresent()) {
      best.get().giveTo(model.module());
    } else if (progress.iteration() > 0) {
      average.ifPresent(MovingAverage::give);
    }
  }

  private void notifyListeners(Consumer<TrainingListener> event) {
    plan.listeners().forEach(event);
  }

  @Override
  public void close() {
    checkpoints.ifPresent(Checkpoints::close);
    optimizer.close();
    average.ifPresent(MovingAverage::close);
    best.ifPresent(BestWeights::close);
  }
}
