package org.capsnet.bench.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.Map;

/**
 * Numbers that DJL's arrays are multiplied by, or raised to, where gradients follow.
 *
 * <p>{@code array.mul(0.5f)} makes an array of the number in memory of Java's, and lets go of it
 * before PyTorch has used it for the gradient: where the garbage collector runs in between, the
 * gradient is that of another number (DJL 0.34.0). These stay.
 */
public final class DjlNumbers {

  private final NDManager manager;
  private final Map<Float, NDArray> kept = new HashMap<>();

  /**
   * None yet.
   *
   * @param manager frees them when it closes
   */
  public DjlNumbers(NDManager manager) {
    this.manager = manager;
  }

  /**
   * A number as an array without axes.
   *
   * @param number any; a double would turn all that follows to float64
   * @return the same array for the same number
   */
  public NDArray of(float number) {
    return kept.computeIfAbsent(number, manager::create);
  }
}
