package org.capsnet.autograd;

import java.util.IdentityHashMap;
import java.util.function.Supplier;
import org.capsnet.kernel.Kernels;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A computation of which every operation is recorded, whether somebody wants its gradient or not,
 * so that it can be taken elsewhere: {@link Variable#inputs()} lead from a result back to what it
 * was computed from. Kernels give way to their plain twins, whose operations are the common ones.
 *
 * <p>An operation of your own is one that no other tool knows. Where it can be composed of others,
 * let it be, while {@link #on()}: then all that is made with it can be exported.
 *
 * <pre>{@code
 * static Variable swish(Variable x) {
 *   return Tracing.on() ? x.times(x.sigmoid()) : Variable.of("swish", …);
 * }
 * }</pre>
 *
 * <p>What is read off a value and handed on as an array, such as a mask, keeps its history if it is
 * that very array: {@link Variable#constant} of the value of a variable is that variable. What is
 * computed of values in between is a constant, and does not follow other inputs.
 */
public final class Tracing {

  /** Holds null where nothing is traced. */
  private static final ThreadLocal<Tracing> OPEN = new ThreadLocal<>();

  /** Whose values the arrays are. */
  private final IdentityHashMap<INDArray, Variable> owners = new IdentityHashMap<>();

  private Tracing() {}

  /**
   * Runs a computation on this thread.
   *
   * @param computation what is to be recorded
   * @param <T> the type of its result
   * @return the result
   */
  public static <T> T of(Supplier<T> computation) {
    Tracing outer = OPEN.get();
    OPEN.set(new Tracing());
    try {
      return Kernels.portable(computation);
    } finally {
      if (outer == null) {
        OPEN.remove();
      } else {
        OPEN.set(outer);
      }
    }
  }

  /** {@return whether this thread is tracing} */
  public static boolean on() {
    return OPEN.get() != null;
  }

  /** The variable itself, which from now on owns its value, if that has no owner. */
  static Variable noted(Variable made) {
    Tracing open = OPEN.get();
    if (open != null) {
      open.owners.putIfAbsent(made.value(), made);
    }
    return made;
  }

  /** The variable whose value an array is; null if nothing is traced, or it is none. */
  static Variable owner(INDArray value) {
    Tracing open = OPEN.get();
    return open == null ? null : open.owners.get(value);
  }
}
