package org.capsnet.io;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Makes the arrays of a file, outside every workspace: all of them, or none. */
final class AllOrNone {

  private AllOrNone() {}

  /**
   * Makes arrays.
   *
   * @param <E> what it fails with, if its file cannot be read
   */
  @FunctionalInterface
  interface Making<E extends Exception> {
    void into(Map<String, INDArray> arrays) throws E;
  }

  /** Those that are made; if one fails, those before it are closed. */
  static <E extends Exception> Map<String, INDArray> of(Making<E> making) throws E {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    try (MemoryWorkspace none = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      making.into(arrays);
      return arrays;
    } catch (Throwable e) {
      arrays.values().forEach(INDArray::close);
      throw e;
    }
  }
}
