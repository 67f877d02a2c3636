package org.capsnet.train;

import static org.capsnet.train.CheckpointTensors.AVERAGE;
import static org.capsnet.train.CheckpointTensors.BEST;
import static org.capsnet.train.CheckpointTensors.MODEL;
import static org.capsnet.train.CheckpointTensors.UPDATER;
import static org.capsnet.train.CheckpointTensors.under;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.capsnet.autograd.Finite;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.nn.Module;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * All that a training must know to go on as if it had never stopped, to and from the names that it
 * has in a checkpoint: the {@link CheckpointTensors}, and as text the {@link Progress}, the {@link
 * Provenance} and the state of this thread's ND4J random generator.
 */
final class TrainingState {

  private static final String BEST_EPOCH = "best.epoch";
  private static final String FORMAT = "capsnet.checkpoint";
  private static final String FORMAT_VERSION = "5";

  /** A version of before that has loss and accuracy in words of its own, and no terms. */
  private static final String WITHOUT_TERMS_VERSION = "4";

  /**
   * The one before that, which says nothing of what a training stands on, nor of the best epoch.
   */
  private static final String SILENT_VERSION = "3";

  private static final Set<String> READABLE_VERSIONS =
      Set.of(FORMAT_VERSION, WITHOUT_TERMS_VERSION, SILENT_VERSION);

  private static final String BATCHES = "data.batches";
  private static final String BATCH_SIZE = "data.batchSize";
  private static final String UNKNOWN = "-1";
  private static final String RANDOM_ROOT = "random.root";
  private static final String RANDOM_NODE = "random.node";

  private final Module module;
  private final Optimizer optimizer;
  private final Optional<MovingAverage> average;
  private final BatchSource source;
  private final Provenance stated;
  private final Provenance provenance;
  private final Optional<BestWeights> best;

  /**
   * @param stated what the caller says that the training stands on
   * @param provenance that, and what the data say of themselves
   */
  TrainingState(
      Module module,
      Optimizer optimizer,
      Optional<MovingAverage> average,
      Optional<BestWeights> best,
      BatchSource source,
      Provenance stated,
      Provenance provenance) {
    this.module = module;
    this.optimizer = optimizer;
    this.average = average;
    this.source = source;
    this.stated = stated;
    this.provenance = provenance;
    this.best = best;
  }

  // ---------------------------------------------------------------- out

  Map<String, INDArray> tensors() {
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    module.state().forEach((name, array) -> tensors.put(MODEL + name, array));
    optimizer.state().forEach((name, array) -> tensors.put(UPDATER + name, array));
    average.ifPresent(
        one -> one.arrays().forEach((name, array) -> tensors.put(AVERAGE + name, array)));
    best.ifPresent(
        weights -> weights.arrays().forEach((name, array) -> tensors.put(BEST + name, array)));
    return tensors;
  }

  /**
   * The text beside the tensors.
   *
   * @throws IllegalArgumentException if the metadata of the model use a key of a checkpoint's own
   */
  Map<String, String> metadata(Progress progress) {
    Random random = Nd4j.getRandom();
    Map<String, String> text = new LinkedHashMap<>();
    text.put(FORMAT, FORMAT_VERSION);
    text.putAll(optimizer.updaters().toText());
    text.putAll(MovingAverage.toText(average));
    text.putAll(data());
    text.put(RANDOM_ROOT, Long.toString(random.rootState()));
    text.put(RANDOM_NODE, Long.toString(random.nodeState()));
    best.ifPresent(weights -> text.put(BEST_EPOCH, Integer.toString(weights.epoch())));
    text.putAll(progress.toText());
    provenance
        .toText()
        .forEach(
            (key, value) -> {
              if (text.putIfAbsent(key, value) != null) {
                throw new IllegalArgumentException(
                    "metadata: a checkpoint has a meaning of its own for the key " + key);
              }
            });
    return text;
  }

  /** What the place in the data is counted in, as far as the iterator knows. */
  private Map<String, String> data() {
    return Map.of(
        BATCHES, Integer.toString(source.batches()),
        BATCH_SIZE, Integer.toString(source.batchSize()));
  }

  /** Whether a file is a checkpoint of a training. */
  static boolean isCheckpoint(Safetensors.Contents contents) {
    return contents.metadata().containsKey(FORMAT);
  }

  /** The first parameter that no checkpoint may hold, because it is not finite. */
  Optional<String> brokenParameter() {
    return module.parameters().entrySet().stream()
        .filter(entry -> !Finite.all(entry.getValue().value()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  // ---------------------------------------------------------------- in

  /** All that is read of a checkpoint, before anything of it is put into place. */
  private record Parsed(Progress progress, long randomRoot, long randomNode, int bestEpoch) {

    static Parsed of(Map<String, String> text) {
      return new Parsed(
          Progress.fromText(text),
          Fields.whole(text, RANDOM_ROOT),
          Fields.whole(text, RANDOM_NODE),
          text.containsKey(BEST_EPOCH) ? (int) Fields.whole(text, BEST_EPOCH) : 0);
    }
  }

  /**
   * Puts a checkpoint into place, or changes nothing at all.
   *
   * @param bestFile reads the checkpoint of the best epoch
   * @throws IllegalStateException if it is of another training, or lacks what this one needs
   * @throws UncheckedIOException if it holds what no training wrote
   */
  Progress restore(
      CheckpointStore.Found checkpoint, Supplier<Optional<CheckpointStore.Found>> bestFile) {
    Safetensors.Contents contents = checkpoint.contents();
    Map<String, String> text = contents.metadata();
    Mismatch mismatch = new Mismatch(checkpoint.file());
    requireSameTraining(text, mismatch);
    mismatch.check("model", module.state(), under(MODEL, contents));
    mismatch.check("updater state", optimizer.state(), under(UPDATER, contents));
    average.ifPresent(
        one -> mismatch.check("moving average", one.arrays(), averages(one, contents)));
    Parsed parsed = parse(checkpoint);
    if (best.isEmpty()) {
      put(contents, parsed);
      return parsed.progress();
    }
    BestState found = bestState(checkpoint, parsed, bestFile);
    if (found.epoch() > 0) {
      mismatch.check("best state", module.state(), found.state());
    }
    put(contents, parsed);
    best.get().take(found.epoch(), found.state());
    return parsed.progress();
  }

  private void put(Safetensors.Contents contents, Parsed parsed) {
    module.loadState(under(MODEL, contents));
    assign(optimizer.state(), under(UPDATER, contents));
    average.ifPresent(one -> assign(one.arrays(), averages(one, contents)));
    Nd4j.getRandom().setStates(parsed.randomRoot(), parsed.randomNode());
  }

  private static Map<String, INDArray> averages(MovingAverage own, Safetensors.Contents contents) {
    return own.completed(under(AVERAGE, contents), under(MODEL, contents));
  }

  private void requireSameTraining(Map<String, String> text, Mismatch mismatch) {
    String version = text.get(FORMAT);
    if (version == null || !READABLE_VERSIONS.contains(version)) {
      throw mismatch.of("format version", FORMAT_VERSION, String.valueOf(version));
    }
    if (SILENT_VERSION.equals(version) && !stated.isEmpty()) {
      throw new IllegalStateException(
          ("%s was written by an earlier version, which did not keep %s: whether it is of this"
                  + " training cannot be known")
              .formatted(mismatch.file(), stated.names()));
    }
    List<String> differences =
        SILENT_VERSION.equals(version) ? new ArrayList<>() : provenance.differences(text);
    differences.addAll(optimizer.updaters().differences(text));
    Provenance.compare(
        "moving average",
        MovingAverage.toText(average).get(MovingAverage.DECAY),
        text.get(MovingAverage.DECAY),
        differences);
    addIfKnown("batch size", data().get(BATCH_SIZE), text.get(BATCH_SIZE), differences);
    addIfKnown("batches per epoch", data().get(BATCHES), text.get(BATCHES), differences);
    if (!differences.isEmpty()) {
      throw mismatch.of(String.join("; ", differences));
    }
  }

  /** Compares two values, unless one is unknown. */
  private static void addIfKnown(String what, String own, String read, List<String> to) {
    if (!own.equals(read) && !own.equals(UNKNOWN) && !UNKNOWN.equals(read)) {
      to.add(Provenance.phrase(what, own, String.valueOf(read)));
    }
  }

  private Parsed parse(CheckpointStore.Found checkpoint) {
    try {
      Parsed parsed = Parsed.of(checkpoint.contents().metadata());
      int batches = source.batches();
      if (batches >= 0 && parsed.progress().batch() > batches) {
        throw new IllegalArgumentException(
            "batch: expected 0 to %d, got %d".formatted(batches, parsed.progress().batch()));
      }
      return parsed;
    } catch (IllegalArgumentException e) {
      throw new UncheckedIOException(new FormatException(checkpoint.file(), e.getMessage(), e));
    }
  }

  // ---------------------------------------------------------------- the best epoch

  /** The state that the model had after its best epoch; none, of epoch 0, before the first. */
  private record BestState(int epoch, Map<String, INDArray> state) {}

  /**
   * Finds it in the checkpoint, which keeps it if it was to be restored by the same rule; in the
   * model, if that is where the best epoch left it; or in the file of the best epoch.
   */
  private BestState bestState(
      CheckpointStore.Found checkpoint,
      Parsed parsed,
      Supplier<Optional<CheckpointStore.Found>> bestFile) {
    EarlyStopping rule = best.orElseThrow().rule();
    List<EpochReport> history = parsed.progress().history();
    int epoch = rule.bestOf(history);
    if (epoch == 0) {
      return new BestState(0, Map.of());
    }
    Map<String, INDArray> kept = under(BEST, checkpoint.contents());
    boolean silent = SILENT_VERSION.equals(checkpoint.contents().metadata().get(FORMAT));
    if (!kept.isEmpty() && (silent || parsed.bestEpoch() == epoch)) {
      return new BestState(epoch, kept);
    }
    if (parsed.progress().epoch() == epoch && parsed.progress().batch() == 0) {
      return new BestState(epoch, CheckpointTensors.judged(checkpoint.contents()));
    }
    return bestFile
        .get()
        .filter(file -> parse(file).progress().history().equals(history.subList(0, epoch)))
        .map(file -> new BestState(epoch, CheckpointTensors.judged(file.contents())))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    ("%s: the best epoch by %s was %d, and its state is in no checkpoint: they were"
                            + " written without restoringBest(), or by another metric; resume"
                            + " without it, or begin anew")
                        .formatted(checkpoint.file(), rule.metric(), epoch)));
  }

  private static void assign(Map<String, INDArray> to, Map<String, INDArray> from) {
    to.forEach((name, array) -> array.assign(from.get(name)));
  }
}
