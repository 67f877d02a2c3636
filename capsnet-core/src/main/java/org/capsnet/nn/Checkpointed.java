package org.capsnet.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.capsnet.autograd.Checkpoint;
import org.capsnet.autograd.Flow;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A block whose intermediates are computed again in the backward pass instead of being kept
 * (gradient checkpointing, Chen et al., 2016): less memory for a second forward pass, and the same
 * numbers to the last bit, with dropout and batch normalization inside as well. Child: {@code
 * layer}.
 *
 * <p>Where nothing is dropped, as without a gradient and while a trace of routing is open, it is
 * the block alone. The mode must be the same in the backward pass as it was in the forward pass.
 *
 * @param <I> what goes in: variables, or capsules
 * @param <O> what comes out
 */
public final class Checkpointed<I extends Flow<I>, O extends Flow<O>> extends Block<I, O> {

  private final Block<I, O> block;

  /**
   * Wraps a block.
   *
   * @param block the block
   */
  public Checkpointed(Block<I, O> block) {
    super(block.input(), block.output());
    this.block = child("layer", block);
  }

  @Override
  public O forward(I in) {
    if (!Checkpoint.drops()) {
      return block.forward(in);
    }
    Packing<O> packing = new Packing<>();
    List<INDArray> before = training() ? copies(block.buffers().values()) : List.of();
    boolean training = training();
    boolean[] recomputing = {false};
    Variable packed =
        Checkpoint.run(
            inputs -> {
              if (training() != training) {
                throw new IllegalStateException(
                    "the mode of a checkpointed block changed between forward and backward pass");
              }
              I x = in.withVariables(Arrays.asList(inputs));
              if (training() && recomputing[0]) {
                return packing.pack(forwardFrom(before, x));
              }
              recomputing[0] = true;
              return packing.pack(block.forward(x));
            },
            in.variables().toArray(Variable[]::new));
    return packing.unpack(packed);
  }

  /**
   * What is kept of a training step outside of the scope in which the layer computes, and computes
   * again: the output and the gradient of the input. Poses and activations are parts of one output,
   * whose gradients are put together.
   */
  @Override
  protected Cost cost(Setting setting) {
    long out = Math.addExact(output().numbers(), activations());
    Cost cost =
        Cost.NONE.backward(1, out).backward(setting.inputGradient() ? 1 : 0, input().sizes());
    return activations() == 0 ? cost : cost.backward(setting.activationGradient() ? 3 : 1, out);
  }

  @Override
  public long activations() {
    return block.activations();
  }

  @Override
  public Setting before(Setting previous, Setting own) {
    return block.before(previous, own);
  }

  /** Computes with the buffers as they were, and leaves them as they are. */
  private O forwardFrom(List<INDArray> before, I x) {
    Collection<INDArray> buffers = block.buffers().values();
    List<INDArray> now = copies(buffers);
    assign(buffers, before);
    try {
      return block.forward(x);
    } finally {
      assign(buffers, now);
    }
  }

  private static List<INDArray> copies(Collection<INDArray> arrays) {
    return arrays.stream().map(INDArray::dup).toList();
  }

  private static void assign(Collection<INDArray> to, List<INDArray> from) {
    List<INDArray> targets = new ArrayList<>(to);
    for (int i = 0; i < from.size(); i++) {
      targets.get(i).assign(from.get(i));
    }
  }

  /** Several variables as the single one that a recomputed function has for its output. */
  private static final class Packing<T extends Flow<T>> {

    private T like;
    private List<long[]> shapes;

    Variable pack(T flow) {
      List<Variable> all = flow.variables();
      like = flow;
      shapes = all.stream().map(Variable::shape).toList();
      return all.size() == 1
          ? all.get(0)
          : Variable.concat(0, all.stream().map(v -> v.reshape(-1)).toArray(Variable[]::new));
    }

    T unpack(Variable packed) {
      if (shapes.size() == 1) {
        return like.withVariables(List.of(packed));
      }
      List<Variable> all = new ArrayList<>();
      long from = 0;
      for (long[] shape : shapes) {
        long to = from + Arrays.stream(shape).reduce(1, Math::multiplyExact);
        all.add(packed.slice(0, from, to).reshape(shape));
        from = to;
      }
      return like.withVariables(all);
    }
  }
}
