package org.capsnet.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The checkpoints of one training: what is written, when, and what it goes on from. */
final class Checkpoints implements AutoCloseable {

  private final Checkpointing policy;
  private final TrainingState state;
  private final CheckpointStore store;

  Checkpoints(Checkpointing policy, TrainingState state) {
    this.policy = policy;
    this.state = state;
    this.store = new CheckpointStore(policy.folder(), policy.keepLast());
  }

  /**
   * Takes the folder, and puts the newest checkpoint into place if the training is to go on from
   * one.
   *
   * @return where the training stands
   */
  Progress open(TrainingPlan.Resuming resuming) {
    state.metadata(new Progress()); // if it cannot be written, that is to be known now
    store.open();
    Optional<CheckpointStore.Found> found =
        resuming == TrainingPlan.Resuming.NEVER ? Optional.empty() : store.newest();
    if (found.isPresent()) {
      return restore(found.get());
    }
    if (resuming == TrainingPlan.Resuming.REQUIRED) {
      throw new IllegalStateException(
          "there is no checkpoint to resume from in " + policy.folder());
    }
    store.begin(policy.replacing());
    return new Progress();
  }

  private Progress restore(CheckpointStore.Found checkpoint) {
    List<CheckpointStore.Found> read = new ArrayList<>(List.of(checkpoint));
    try {
      return state.restore(
          checkpoint,
          () -> {
            Optional<CheckpointStore.Found> best = store.best();
            best.ifPresent(read::add);
            return best;
          });
    } finally {
      read.forEach(file -> file.contents().tensors().values().forEach(INDArray::close));
    }
  }

  /** Whether one is to be written after a step. */
  boolean dueAfter(int iteration) {
    return policy.dueAfter(iteration);
  }

  /** Whether one is to be written after each epoch. */
  boolean dueAfterEpochs() {
    return policy.eachEpoch();
  }

  /** Writes one, and says which file it is. */
  Path write(Progress progress) {
    return store.write(progress.iteration(), state.tensors(), state.metadata(progress));
  }

  /** Writes the one of the best epoch so far. */
  void writeBest(Progress progress) {
    store.writeBest(state.tensors(), state.metadata(progress));
  }

  /** The newest file; empty if none was written. */
  Optional<Path> newestFile() {
    return store.newestFile();
  }

  /** Lets another training have the folder. */
  @Override
  public void close() {
    store.close();
  }
}
