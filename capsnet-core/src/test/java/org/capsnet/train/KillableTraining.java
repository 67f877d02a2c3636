package org.capsnet.train;

import java.io.IOException;
import java.nio.file.Path;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** A training in a process of its own, which does little but write checkpoints. */
final class KillableTraining {

  static final String READY = "ready";
  static final String SAVED = "saved";

  private KillableTraining() {}

  /** Wide enough for a checkpoint to take a while: about half a megabyte. */
  static TinyModel model() {
    return new TinyModel(2, 4000, 2, 0.2, 21);
  }

  static Trainer trainer(TinyModel model, Path folder) {
    return Trainer.of(model)
        .updater(new Adam(0.001))
        .epochs(Integer.MAX_VALUE)
        .checkpoints(Checkpointing.in(folder).everyIterations(1).keepLast(2))
        .resumeIfPresent();
  }

  static Batches data() {
    return new ShuffledBatches(Batches.circle(3, 4, 1));
  }

  /**
   * Says {@code ready}, waits for a line, then trains until it is killed, saying {@code saved}
   * after each checkpoint.
   *
   * @param args the folder for checkpoints
   */
  public static void main(String[] args) throws IOException {
    Nd4j.create(1).addi(1);
    System.out.println(READY);
    if (System.in.read() < 0) {
      return;
    }
    trainer(model(), Path.of(args[0]))
        .listener(
            new TrainingListener() {
              @Override
              public void onCheckpoint(Path file) {
                System.out.println(SAVED);
              }
            })
        .fit(data());
  }
}
