package org.capsnet.autograd;

import java.util.Arrays;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Gradient checkpointing (Chen et al., 2016): the intermediates of a function are not kept for the
 * backward pass but computed again in it. A second forward pass buys memory.
 */
public final class Checkpoint {

  /** How many scopes keep all intermediates. */
  private static final ThreadLocal<Integer> KEEPING = ThreadLocal.withInitial(() -> 0);

  private Checkpoint() {}

  /** A scope in which intermediates are kept. */
  public interface Keeping extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Keeps all intermediates on this thread until the returned scope is closed, as if there were no
   * checkpoints: for who looks at them after the forward pass.
   *
   * @return the scope; close it on the same thread
   */
  public static Keeping keepAll() {
    KEEPING.set(KEEPING.get() + 1);
    boolean[] open = {true};
    return () -> {
      if (open[0]) {
        open[0] = false;
        KEEPING.set(KEEPING.get() - 1);
      }
    };
  }

  /**
   * {@return whether intermediates are dropped on this thread: where a gradient is recorded,
   * nothing is traced, and nobody keeps them}
   */
  public static boolean drops() {
    return NoGrad.recording() && !Tracing.on() && KEEPING.get() == 0;
  }

  /**
   * Computes a function and keeps nothing but its output.
   *
   * @param function from the inputs to one output; called a second time in the backward pass, when
   *     it must do exactly the same
   * @param inputs what the function is of; leaves that it reaches otherwise, such as parameters,
   *     get their gradients too
   * @return the output
   */
  public static Variable run(Function<Variable[], Variable> function, Variable... inputs) {
    if (!drops()) {
      return function.apply(inputs);
    }
    INDArray output;
    try (Scope inner = Scope.open();
        NoGrad none = NoGrad.enter()) {
      output = inner.keep(function.apply(inputs).value());
    }
    return Variable.ofHiddenLeaves(
        "checkpoint", output, (g, needed) -> recompute(function, inputs, g, needed), inputs);
  }

  private static INDArray[] recompute(
      Function<Variable[], Variable> function,
      Variable[] inputs,
      INDArray upstream,
      boolean[] needed) {
    INDArray[] gradients = new INDArray[inputs.length];
    try (Scope inner = Scope.open();
        NoGrad recording = NoGrad.leave()) {
      Variable[] ends = new Variable[inputs.length];
      Arrays.setAll(
          ends, i -> needed[i] ? catching(inputs[i], gradients, i, inner) : inputs[i].detach());
      Variable output = function.apply(ends);
      if (output.needsGradient()) {
        output.backward(upstream);
      }
    }
    for (int i = 0; i < inputs.length; i++) {
      if (needed[i] && gradients[i] == null) {
        gradients[i] = Raw.zerosLike(inputs[i].value());
      }
    }
    return gradients;
  }

  /** An end of the inner graph that hands its gradient to the outer scope; a leaf would own it. */
  private static Variable catching(Variable input, INDArray[] gradients, int at, Scope inner) {
    return Variable.ofHiddenLeaves(
        "checkpoint input",
        input.value(),
        (g, none) -> {
          gradients[at] = inner.keep(g);
          return new INDArray[0];
        });
  }
}
