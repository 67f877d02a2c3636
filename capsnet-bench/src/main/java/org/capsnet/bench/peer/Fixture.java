package org.capsnet.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.capsnet.bench.measure.Operands;
import org.capsnet.io.Safetensors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * What all contestants start from, one safetensors file: the state of this library's network, and
 * images with labels.
 *
 * @param state of the network, by the names that it has in this library
 * @param digits all images and one-hot labels
 */
record Fixture(Map<String, INDArray> state, DataSet digits) {

  static final String IMAGES = "images";
  static final String LABELS = "labels";

  /** Random weights and images, always the same. */
  static Fixture random(Contest contest, int images) {
    return new Fixture(contest.state(), Operands.digits(images));
  }

  static Fixture read(Path file) throws IOException {
    Map<String, INDArray> tensors = new LinkedHashMap<>(Safetensors.read(file).tensors());
    INDArray images = tensors.remove(IMAGES);
    INDArray labels = tensors.remove(LABELS);
    return new Fixture(tensors, new DataSet(images, labels));
  }

  void write(Path file) throws IOException {
    Map<String, INDArray> tensors = new LinkedHashMap<>(state);
    tensors.put(IMAGES, digits.getFeatures());
    tensors.put(LABELS, digits.getLabels());
    Safetensors.write(file, tensors, Map.of());
  }

  /** The first images and their labels. */
  DataSet first(int batch) {
    return new DataSet(first(digits.getFeatures(), batch), first(digits.getLabels(), batch));
  }

  private static INDArray first(INDArray all, int batch) {
    return all.get(NDArrayIndex.interval(0, batch)).dup('c');
  }
}
