package org.capsnet.train;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.capsnet.io.Safetensors;
import org.capsnet.nn.Module;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * All that a training must know to go on as if it had never stopped, to and from the names that it
 * has in a checkpoint: {@code model.*} parameters and buffers, {@code updater.*} what the updater
 * remembers of each parameter, {@code best.*} the best state if it is to be restored, and as text
 * the {@link Progress} and the state of this thread's ND4J random generator.
 */
final class TrainingState {

  private static final String MODEL = "model.";
  private static final String UPDATER = "updater.";
  private static final String BEST = "best.";
  private static final String FORMAT = "capsnet.checkpoint";
  private static final String FORMAT_VERSION = "3";
  private static final String UPDATER_KIND = "updater";
  private static final String BATCHES = "data.batches";
  private static final String BATCH_SIZE = "data.batchSize";
  private static final String UNKNOWN = "-1";
  private static final String RANDOM_ROOT = "random.root";
  private static final String RANDOM_NODE = "random.node";

  private final Module module;
  private final Optimizer optimizer;
  private final BatchSource source;
  private final Optional<BestWeights> best;

  TrainingState(
      Module module, Optimizer optimizer, BatchSource source, Optional<BestWeights> best) {
    this.module = module;
    this.optimizer = optimizer;
    this.source = source;
    this.best = best;
  }

  // ---------------------------------------------------------------- out

  Map<String, INDArray> tensors() {
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    module.state().forEach((name, array) -> tensors.put(MODEL + name, array));
    optimizer.state().forEach((name, array) -> tensors.put(UPDATER + name, array));
    best.ifPresent(
        weights -> weights.arrays().forEach((name, array) -> tensors.put(BEST + name, array)));
    return tensors;
  }

  Map<String, String> metadata(Progress progress) {
    Random random = Nd4j.getRandom();
    Map<String, String> text = new LinkedHashMap<>();
    text.put(FORMAT, FORMAT_VERSION);
    text.put(UPDATER_KIND, optimizer.kind());
    text.putAll(data());
    text.put(RANDOM_ROOT, Long.toString(random.rootState()));
    text.put(RANDOM_NODE, Long.toString(random.nodeState()));
    text.putAll(progress.toText());
    return text;
  }

  /** What the place in the data is counted in, as far as the iterator knows. */
  private Map<String, String> data() {
    return Map.of(
        BATCHES, Integer.toString(source.batches()),
        BATCH_SIZE, Integer.toString(source.batchSize()));
  }

  /** The first parameter that no checkpoint may hold, because it is not finite. */
  Optional<String> brokenParameter() {
    return module.parameters().entrySet().stream()
        .filter(entry -> !Finite.all(entry.getValue().value()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  // ---------------------------------------------------------------- in

  /**
   * Puts a checkpoint into place, or changes nothing at all.
   *
   * @throws IllegalStateException if it is of another model, updater or division of the data
   */
  Progress restore(CheckpointStore.Found checkpoint) {
    Safetensors.Contents contents = checkpoint.contents();
    Map<String, String> text = contents.metadata();
    Mismatch mismatch = new Mismatch(checkpoint.file());
    if (!FORMAT_VERSION.equals(text.get(FORMAT))) {
      throw mismatch.of("format version", FORMAT_VERSION, text.get(FORMAT));
    }
    if (!optimizer.kind().equals(text.get(UPDATER_KIND))) {
      throw mismatch.of("updater", optimizer.kind(), text.get(UPDATER_KIND));
    }
    mismatch.checkKnown("batch size", data().get(BATCH_SIZE), text.get(BATCH_SIZE));
    mismatch.checkKnown("batches per epoch", data().get(BATCHES), text.get(BATCHES));
    Map<String, INDArray> model = under(MODEL, contents);
    Map<String, INDArray> updater = under(UPDATER, contents);
    Map<String, INDArray> bestState = under(BEST, contents);
    Progress progress = Progress.fromText(text);
    mismatch.check("model", module.state(), model);
    mismatch.check("updater state", optimizer.state(), updater);
    if (best.isPresent() && !(bestState.isEmpty() && progress.history().isEmpty())) {
      mismatch.check("best state", module.state(), bestState);
    }
    module.loadState(model);
    forEachPair(optimizer.state(), updater, INDArray::assign);
    best.ifPresent(weights -> weights.take(bestState));
    Nd4j.getRandom()
        .setStates(Long.parseLong(text.get(RANDOM_ROOT)), Long.parseLong(text.get(RANDOM_NODE)));
    return progress;
  }

  private static Map<String, INDArray> under(String prefix, Safetensors.Contents contents) {
    Map<String, INDArray> found = new LinkedHashMap<>();
    contents
        .tensors()
        .forEach(
            (name, array) -> {
              if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), array);
              }
            });
    return found;
  }

  private static void forEachPair(
      Map<String, INDArray> to, Map<String, INDArray> from, BiConsumer<INDArray, INDArray> action) {
    to.forEach((name, array) -> action.accept(array, from.get(name)));
  }

  /** Says how a checkpoint differs from the training that is to take it up. */
  private record Mismatch(Path file) {

    void check(String what, Map<String, INDArray> own, Map<String, INDArray> read) {
      own.forEach(
          (name, array) -> {
            if (!describe(array).equals(describe(read.get(name)))) {
              throw of(what + " " + name, describe(array), describe(read.get(name)));
            }
          });
      for (String name : read.keySet()) {
        if (!own.containsKey(name)) {
          throw of(what + " " + name, describe(null), describe(read.get(name)));
        }
      }
    }

    /** Compares two numbers, unless one is unknown. */
    void checkKnown(String what, String own, String read) {
      if (!own.equals(read) && !own.equals(UNKNOWN) && !UNKNOWN.equals(read)) {
        throw of(what, own, read);
      }
    }

    private static String describe(INDArray array) {
      return array == null ? "nothing" : array.dataType() + Arrays.toString(array.shape());
    }

    IllegalStateException of(String what, String expected, String got) {
      return new IllegalStateException(
          "%s is a checkpoint of another training: %s: expected %s, got %s"
              .formatted(file, what, expected, got));
    }
  }
}
