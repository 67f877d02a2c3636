package org.capsnet.train;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.capsnet.autograd.Finite;
import org.capsnet.io.FormatException;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Says how a checkpoint differs from the training that is to take it up. */
record Mismatch(Path file) {

  void check(String what, Map<String, INDArray> own, Map<String, INDArray> read) {
    own.forEach(
        (name, array) -> {
          if (!describe(array).equals(describe(read.get(name)))) {
            throw of(what + " " + name, describe(array), describe(read.get(name)));
          }
          if (!Finite.all(read.get(name))) {
            throw new UncheckedIOException(
                new FormatException(
                    file, what + " " + name + ": expected finite numbers, got others"));
          }
        });
    for (String name : read.keySet()) {
      if (!own.containsKey(name)) {
        throw of(what + " " + name, describe(null), describe(read.get(name)));
      }
    }
  }

  private static String describe(INDArray array) {
    return array == null ? "nothing" : array.dataType() + Arrays.toString(array.shape());
  }

  IllegalStateException of(String what, String expected, String got) {
    return of(Provenance.phrase(what, expected, got));
  }

  IllegalStateException of(String differences) {
    return new IllegalStateException(file + " is a checkpoint of another training: " + differences);
  }
}
