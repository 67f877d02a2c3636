package org.capsnet.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.capsnet.io.Safetensors;
import org.capsnet.testing.Numbers;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Arrays as they are now, to be compared to the last bit. */
final class Snapshots {

  private Snapshots() {}

  static Map<String, double[]> of(Map<String, INDArray> arrays) {
    return Numbers.of(arrays);
  }

  /** The epochs of a training without what the clock says. */
  static List<EpochReport> timeless(History history) {
    return timeless(history.epochs());
  }

  static List<EpochReport> timeless(List<EpochReport> epochs) {
    return epochs.stream()
        .map(e -> new EpochReport(e.epoch(), e.metrics(), 0, 0, e.learningRate()))
        .toList();
  }

  /** All of a checkpoint but what the clock says. */
  static Map<String, Object> timeless(Path checkpoint) throws IOException {
    Safetensors.Contents contents = Safetensors.read(checkpoint);
    Map<String, Object> all = new LinkedHashMap<>(of(contents.tensors()));
    all.putAll(contents.metadata());
    all.keySet().removeAll(Set.of("epoch.seconds", "checksum"));
    all.put("history", timeless(HistoryCsv.read(contents.metadata().get("history"))));
    return all;
  }
}
