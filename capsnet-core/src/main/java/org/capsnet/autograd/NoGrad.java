package org.capsnet.autograd;

/**
 * A scope, of the current thread, in which no graph is recorded: what is computed inside needs no
 * gradient and keeps nothing alive.
 *
 * <pre>{@code
 * try (NoGrad scope = NoGrad.enter()) {
 *   Variable lengths = model.forward(images);
 * }
 * }</pre>
 */
public final class NoGrad implements AutoCloseable {

  private static final ThreadLocal<Boolean> RECORDING = ThreadLocal.withInitial(() -> true);

  private final boolean outer;

  private NoGrad(boolean recording) {
    outer = RECORDING.get();
    RECORDING.set(recording);
  }

  /**
   * Stops recording on this thread until the returned scope is closed.
   *
   * @return the scope; close it on the same thread
   */
  public static NoGrad enter() {
    return new NoGrad(false);
  }

  /** Records again inside an outer no-gradient scope, for the backward pass of a checkpoint. */
  static NoGrad leave() {
    return new NoGrad(true);
  }

  /**
   * {@return whether operations on this thread record the graph: true outside every no-gradient
   * scope}
   */
  public static boolean recording() {
    return RECORDING.get();
  }

  @Override
  public void close() {
    RECORDING.set(outer);
  }
}
