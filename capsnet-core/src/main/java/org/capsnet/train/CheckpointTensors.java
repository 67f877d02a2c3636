package org.capsnet.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.capsnet.io.Safetensors;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The names of the tensors in a checkpoint, and what of them is the model. */
final class CheckpointTensors {

  /** Parameters and buffers. */
  static final String MODEL = "model.";

  /** What the updaters remember of each parameter. */
  static final String UPDATER = "updater.";

  /** The moving average of each trained parameter and of each buffer of floating-point numbers. */
  static final String AVERAGE = "average.";

  /** The best state, if it is to be restored. */
  static final String BEST = "best.";

  private CheckpointTensors() {}

  /** What has a prefix, under the names behind it. */
  static Map<String, INDArray> under(String prefix, Safetensors.Contents contents) {
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

  /** The model as it was judged: with the averages in the place of what was averaged. */
  static Map<String, INDArray> judged(Safetensors.Contents contents) {
    Map<String, INDArray> model = under(MODEL, contents);
    under(AVERAGE, contents).forEach((name, average) -> model.replace(name, average));
    return model;
  }

  /**
   * The model alone, as it was judged, under the names that it has in its file; the other tensors
   * are closed.
   */
  static Safetensors.Contents modelOf(Safetensors.Contents checkpoint) {
    Map<String, INDArray> model = judged(checkpoint);
    checkpoint.tensors().values().stream()
        .filter(array -> model.values().stream().noneMatch(kept -> kept == array))
        .forEach(INDArray::close);
    return new Safetensors.Contents(model, checkpoint.metadata());
  }
}
