package org.capsnet.examples.options;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.capsnet.model.Network;
import org.capsnet.model.insight.CapsulePanel;
import org.capsnet.nn.Module;
import org.capsnet.train.Trainer;
import org.capsnet.train.tensorboard.TensorBoard;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.indexing.NDArrayIndex;
import picocli.CommandLine.Option;

/** The option for TensorBoard, and what it then shows. */
public final class BoardOptions {

  /** Images that are drawn again after each epoch, at most. */
  private static final int SHOWN = 8;

  @Option(
      names = "--tensorboard",
      paramLabel = "FOLDER",
      description = {
        "Writes for TensorBoard into this folder: losses and metrics, learning rate and speed,"
            + " weights, lengths of capsules and, of a classifier or medical network that has them, reconstructions"
            + " and coupling maps of the first validation images. Default: nothing is written."
      })
  private Path folder;

  /** Checks what can be checked before anything is read. */
  public void requireFolder() {
    Ranges.require(
        folder == null || !Files.exists(folder) || Files.isDirectory(folder),
        "--tensorboard",
        "a folder",
        folder);
  }

  /**
   * Lets TensorBoard watch a training, if it is to.
   *
   * @param net what is trained
   * @param run a folder below the one of the option, empty for that itself
   * @param images batches, of which the first is shown
   */
  public Trainer watching(
      Trainer trainer, Module net, Path run, Supplier<? extends DataSetIterator> images) {
    if (folder == null) {
      return trainer;
    }
    TensorBoard board = TensorBoard.in(folder.resolve(run));
    if (net instanceof Network<?> network) {
      INDArray first = images.get().next().getFeatures();
      long shown = Math.min(SHOWN, first.size(0));
      board.panel(CapsulePanel.of(network, first.get(NDArrayIndex.interval(0, shown))));
    }
    return trainer.listener(board);
  }
}
