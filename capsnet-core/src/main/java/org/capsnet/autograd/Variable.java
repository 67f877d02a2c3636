package org.capsnet.autograd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.capsnet.kernel.Threads;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An array in a computation that can be differentiated: its value, the operation and inputs that
 * made it, and, for a leaf, its gradient once {@link #backward()} has run on something computed
 * from it.
 *
 * <p>Operations never change a variable's value; they make new variables. A <em>leaf</em> is a
 * variable that no operation made: a parameter or an input. Gradients of leaves accumulate over
 * uses and over calls of {@code backward()} until {@link #clearGradient()}; those of intermediates
 * are dropped as soon as they were used.
 */
public final class Variable implements Flow<Variable> {

  private static final Variable[] NONE = {};

  private static final Operation CONSTANT = new Operation("constant");
  private static final Operation LEAF = new Operation("leaf");
  private static final Operation DETACH = new Operation("detach");

  private final Operation operation;
  private final INDArray value;
  private boolean needsGradient;
  private final boolean leaf;

  /** How it was made; let go once the backward pass has used it. */
  private Variable[] inputs;

  private Backward backward;

  /** Of a leaf: its own buffer, outside every scope. Of an intermediate: only while in backward. */
  private INDArray gradient;

  private boolean hasGradient;

  /** Whether the gradient is a sum, made here, which no other variable has. */
  private boolean summed;

  private Variable(
      Operation operation,
      INDArray value,
      boolean needsGradient,
      Backward backward,
      Variable... inputs) {
    Threads.applyToNd4j();
    this.operation = operation;
    this.value = requireNumbers(operation.name(), value);
    this.needsGradient = needsGradient;
    this.leaf = needsGradient && backward == null;
    this.backward = backward;
    this.inputs = inputs;
  }

  /** ND4J's operations fail at arrays without elements here and there, or leave results unset. */
  private static INDArray requireNumbers(String operation, INDArray value) {
    Objects.requireNonNull(value, "value");
    if (value.isEmpty()) {
      throw new IllegalArgumentException(
          operation + ": expected at least one element, got " + Arrays.toString(value.shape()));
    }
    return value;
  }

  // ---------------------------------------------------------------- making variables

  /**
   * A leaf that needs no gradient: an input, a label, a mask.
   *
   * @param value any array with at least one element
   * @return the variable, holding that very array
   * @throws IllegalArgumentException if there is no element
   */
  public static Variable constant(INDArray value) {
    Variable owner = Tracing.owner(value);
    return owner == null
        ? Tracing.noted(new Variable(CONSTANT, value, false, null))
        : new Variable(DETACH, value, false, null, owner);
  }

  /**
   * A leaf whose gradient is wanted: a parameter.
   *
   * @param value a float or double array with at least one element
   * @return the variable, holding that very array
   * @throws IllegalArgumentException if the type is another, or there is no element
   */
  public static Variable leaf(INDArray value) {
    if (!value.dataType().isFPType()) {
      throw new IllegalArgumentException(
          "only floating point arrays have gradients, got " + value.dataType());
    }
    return new Variable(LEAF, value, true, null);
  }

  /**
   * The output of an operation. This is the one door through which every operation, built in or
   * your own, enters the graph.
   *
   * @param operation its name, which no other operation has: it says what is computed, to messages
   *     and to whoever takes the graph elsewhere
   * @param value the output
   * @param backward its backward half, called at most once
   * @param inputs what it was computed from
   * @return a variable that needs a gradient if any input does and this thread is recording
   */
  public static Variable of(
      String operation, INDArray value, Backward backward, Variable... inputs) {
    return of(new Operation(operation), value, backward, inputs);
  }

  /**
   * The output of an operation that has settings.
   *
   * @param operation its name and its settings
   * @param value the output
   * @param backward its backward half, called at most once
   * @param inputs what it was computed from
   * @return as {@link #of(String, INDArray, Backward, Variable...)}
   */
  public static Variable of(
      Operation operation, INDArray value, Backward backward, Variable... inputs) {
    boolean needed = NoGrad.recording() && Arrays.stream(inputs).anyMatch(Variable::needsGradient);
    if (needed) {
      return Tracing.noted(new Variable(operation, value, true, backward, inputs));
    }
    return Tracing.on()
        ? Tracing.noted(new Variable(operation, value, false, null, inputs))
        : new Variable(operation, value, false, null);
  }

  /** As {@link #of}, for an output that depends on leaves that are not among its inputs. */
  static Variable ofHiddenLeaves(
      String operation, INDArray value, Backward backward, Variable... inputs) {
    return new Variable(new Operation(operation), value, true, backward, inputs);
  }

  /** {@return a constant that shares this variable's array, cut off from what made it} */
  public Variable detach() {
    return constant(value);
  }

  // ---------------------------------------------------------------- what it is

  /**
   * {@return the value: the array itself, not a copy; it must not be changed while a graph holds
   * it}
   */
  public INDArray value() {
    return value;
  }

  /** {@return the sizes of the value's axes, outermost first} */
  public long[] shape() {
    return value.shape();
  }

  /** {@return this one alone} */
  @Override
  public List<Variable> variables() {
    return List.of(this);
  }

  @Override
  public Variable withVariables(List<Variable> variables) {
    if (variables.size() != 1) {
      throw new IllegalArgumentException("variables: expected 1, got " + variables.size());
    }
    return variables.get(0);
  }

  /**
   * The size along an axis.
   *
   * @param axis the axis; a negative one counts from the last
   * @return the size
   */
  public long size(int axis) {
    return value.size(axis);
  }

  /** {@return the number of axes, 0 for a scalar} */
  public int rank() {
    return value.rank();
  }

  /**
   * {@return the type of the elements: FLOAT or DOUBLE for all that takes part in differentiation}
   */
  public DataType dataType() {
    return value.dataType();
  }

  /**
   * {@return the name of the operation that made it; {@code leaf} or {@code constant} where none
   * did}
   */
  public String operation() {
    return operation.name();
  }

  /** {@return what the operation depends on beside {@link #inputs()}, by name} */
  public Map<String, Object> settings() {
    return operation.settings();
  }

  /**
   * {@return whether a backward pass computes a gradient for it: true for a leaf made by {@link
   * #leaf} and for all that was recorded from one}
   */
  public boolean needsGradient() {
    return needsGradient;
  }

  /**
   * Chooses whether a gradient of a leaf is wanted: one that is not is a constant to all that is
   * computed from it from then on. For parameters that a training leaves as they are.
   *
   * @param needed false to take it for a constant
   * @throws IllegalStateException if this is not a leaf
   */
  public void setNeedsGradient(boolean needed) {
    if (!leaf) {
      throw new IllegalStateException(
          "whether a gradient is needed is chosen for leaves, not for " + operation());
    }
    needsGradient = needed;
  }

  /**
   * {@return whether it was made by {@link #leaf}, as parameters are, and so holds its gradient}
   */
  public boolean isLeaf() {
    return leaf;
  }

  /**
   * {@return what it was computed from, while its graph is alive; empty for a leaf, for what was
   * not recorded, and after {@code backward()}}
   */
  public List<Variable> inputs() {
    return List.of(inputs);
  }

  /**
   * {@return whether a gradient has been accumulated since it was last cleared; false before the
   * first {@code backward()}}
   */
  public boolean hasGradient() {
    return hasGradient;
  }

  /**
   * {@return the gradient of a leaf, dL/d(this), of this variable's shape; the array is reused
   * after {@link #clearGradient}}
   *
   * @throws IllegalStateException if none has been computed
   */
  public INDArray gradient() {
    if (!hasGradient) {
      throw new IllegalStateException(
          "no gradient: backward() has not reached this "
              + operation()
              + " of shape "
              + Arrays.toString(shape()));
    }
    return gradient;
  }

  /** Forgets the gradient; its memory is kept for the next one. */
  public void clearGradient() {
    hasGradient = false;
  }

  /** Forgets the gradient of a leaf, and frees its memory: for when no more training follows. */
  public void releaseGradient() {
    hasGradient = false;
    if (leaf && gradient != null) {
      Reclaim.free(gradient);
      gradient = null;
    }
  }

  // ---------------------------------------------------------------- arithmetic

  /**
   * The sum, element by element, with broadcasting.
   *
   * @param other of this type, and of a shape that broadcasts with this one's
   * @return this + other
   * @throws IllegalArgumentException if the types differ or the shapes do not broadcast
   */
  @Override
  public Variable plus(Variable other) {
    return Elementwise.plus(this, other);
  }

  /**
   * Adds a number to each element.
   *
   * @param number a number
   * @return this + number
   * @throws IllegalArgumentException if it is NaN
   */
  public Variable plus(double number) {
    return Elementwise.plus(this, number);
  }

  /**
   * The difference, element by element, with broadcasting.
   *
   * @param other of this type, and of a shape that broadcasts with this one's
   * @return this - other
   * @throws IllegalArgumentException if the types differ or the shapes do not broadcast
   */
  public Variable minus(Variable other) {
    return Elementwise.minus(this, other);
  }

  /**
   * Subtracts a number from each element.
   *
   * @param number a number
   * @return this - number
   * @throws IllegalArgumentException if it is NaN
   */
  public Variable minus(double number) {
    return Elementwise.plus(this, -number);
  }

  /**
   * The product, element by element, with broadcasting.
   *
   * @param other of this type, and of a shape that broadcasts with this one's
   * @return this · other
   * @throws IllegalArgumentException if the types differ or the shapes do not broadcast
   */
  public Variable times(Variable other) {
    return Elementwise.times(this, other);
  }

  /**
   * Multiplies each element by a number.
   *
   * @param number a number
   * @return this · number
   * @throws IllegalArgumentException if it is NaN
   */
  public Variable times(double number) {
    return Elementwise.times(this, number);
  }

  /**
   * The quotient, element by element, with broadcasting.
   *
   * @param other of this type, and of a shape that broadcasts with this one's
   * @return this / other
   * @throws IllegalArgumentException if the types differ or the shapes do not broadcast
   */
  public Variable dividedBy(Variable other) {
    return Elementwise.dividedBy(this, other);
  }

  /**
   * Divides each element by a number.
   *
   * @param number a number
   * @return this / number
   * @throws IllegalArgumentException if it is NaN
   */
  public Variable dividedBy(double number) {
    return Elementwise.dividedBy(this, number);
  }

  /** {@return -this} */
  public Variable negate() {
    return Elementwise.negate(this);
  }

  /**
   * The matrix product over the last two axes.
   *
   * @param other {@code [.., k, m]} where this is {@code [.., n, k]}, with equal axes before those
   * @return {@code [.., n, m]}
   * @throws IllegalArgumentException if the types differ or the shapes do not fit
   */
  public Variable matmul(Variable other) {
    return Products.matmul(this, other);
  }

  /**
   * A sum of products of elements, in Einstein's notation: each axis has a letter, and what the
   * result lacks is summed over. Any number of operands; blanks in the equation do not count.
   *
   * <pre>{@code
   * Variable s = Variable.einsum("bij,bijd->bjd", coupling, votes); // s_bjd = Σ_i c_bij û_bijd
   * }</pre>
   *
   * <p>Operands are multiplied from left to right, and an axis is summed over as soon as nothing to
   * its right needs it.
   *
   * @param equation the letters of each operand's axes, which are distinct within one, joined by
   *     commas, then {@code ->} and those of the result, none for a scalar
   * @param operands of one type, a term of the equation each; axes of one letter are of one size
   * @return the result, with the axes that the equation names after the arrow
   * @throws IllegalArgumentException if the equation cannot be read, or the operands do not fit it
   */
  public static Variable einsum(String equation, Variable... operands) {
    return Einsum.einsum(equation, operands);
  }

  // ---------------------------------------------------------------- element by element

  /** {@return e^this, element by element} */
  public Variable exp() {
    return Elementwise.exp(this);
  }

  /** {@return the natural logarithm of each element; NaN where it is negative} */
  public Variable log() {
    return Elementwise.log(this);
  }

  /**
   * {@return the square root of each element} Its slope at 0 is infinite: add a small number first.
   */
  public Variable sqrt() {
    return Elementwise.sqrt(this);
  }

  /** {@return this², element by element} */
  public Variable square() {
    return Elementwise.square(this);
  }

  /**
   * A power of each element.
   *
   * @param exponent the exponent; unless it is whole, elements must not be negative
   * @return this^exponent
   * @throws IllegalArgumentException if it is NaN
   */
  public Variable pow(double exponent) {
    return Elementwise.pow(this, exponent);
  }

  /** {@return |this|, element by element} Its slope at 0 is taken as 0. */
  public Variable abs() {
    return Elementwise.abs(this);
  }

  /** {@return the rectifier max(0, this)} Its slope at 0 is taken as 0. */
  public Variable relu() {
    return Elementwise.relu(this);
  }

  /**
   * The leaky rectifier.
   *
   * @param slope the slope for negative elements
   * @return this where positive, else slope · this
   */
  public Variable leakyRelu(double slope) {
    return Elementwise.leakyRelu(this, slope);
  }

  /** {@return the logistic function of each element, 1 / (1 + e^-this)} */
  public Variable sigmoid() {
    return Elementwise.sigmoid(this);
  }

  /** {@return the hyperbolic tangent of each element} */
  public Variable tanh() {
    return Elementwise.tanh(this);
  }

  /**
   * Limits each element to a range; the gradient passes where nothing was changed. NaN stays NaN.
   *
   * @param min the smallest value
   * @param max the largest value, not below {@code min}
   * @return min(max, max(min, this))
   * @throws IllegalArgumentException if {@code min} is above {@code max}
   */
  public Variable clamp(double min, double max) {
    return Elementwise.clamp(this, min, max);
  }

  // ---------------------------------------------------------------- along axes

  /**
   * The sum along axes.
   *
   * @param axes distinct axes, negative ones counted from the last; none for all
   * @return without those axes; a scalar where all are taken
   * @throws IllegalArgumentException if there is no such axis or one is named twice
   */
  public Variable sum(int... axes) {
    return Reduction.sum(this, false, axes);
  }

  /**
   * The sum along axes.
   *
   * @param keepAxes whether the axes stay, with size 1
   * @param axes distinct axes, negative ones counted from the last; none for all
   * @return with or without those axes
   * @throws IllegalArgumentException if there is no such axis or one is named twice
   */
  public Variable sum(boolean keepAxes, int... axes) {
    return Reduction.sum(this, keepAxes, axes);
  }

  /**
   * The mean along axes.
   *
   * @param axes distinct axes, negative ones counted from the last; none for all
   * @return without those axes; a scalar where all are taken
   * @throws IllegalArgumentException if there is no such axis or one is named twice
   */
  public Variable mean(int... axes) {
    return Reduction.mean(this, false, axes);
  }

  /**
   * The mean along axes.
   *
   * @param keepAxes whether the axes stay, with size 1
   * @param axes distinct axes, negative ones counted from the last; none for all
   * @return with or without those axes
   * @throws IllegalArgumentException if there is no such axis or one is named twice
   */
  public Variable mean(boolean keepAxes, int... axes) {
    return Reduction.mean(this, keepAxes, axes);
  }

  /**
   * The largest element along axes. Elements that tie share the gradient equally. With a NaN among
   * them, the result and the gradient are NaN.
   *
   * @param axes distinct axes, negative ones counted from the last; none for all
   * @return without those axes; a scalar where all are taken
   * @throws IllegalArgumentException if there is no such axis or one is named twice
   */
  public Variable max(int... axes) {
    return Reduction.max(this, false, axes);
  }

  /**
   * The largest element along axes. Elements that tie share the gradient equally. With a NaN among
   * them, the result and the gradient are NaN.
   *
   * @param keepAxes whether the axes stay, with size 1
   * @param axes distinct axes, negative ones counted from the last; none for all
   * @return with or without those axes
   * @throws IllegalArgumentException if there is no such axis or one is named twice
   */
  public Variable max(boolean keepAxes, int... axes) {
    return Reduction.max(this, keepAxes, axes);
  }

  /**
   * The softmax along an axis.
   *
   * @param axis the axis; a negative one counts from the last
   * @return positive numbers that sum to 1 along the axis
   * @throws IllegalArgumentException if there is no such axis
   */
  public Variable softmax(int axis) {
    return Reduction.softmax(this, axis);
  }

  /**
   * The logarithm of the softmax along an axis, without overflow.
   *
   * @param axis the axis; a negative one counts from the last
   * @return negative numbers
   * @throws IllegalArgumentException if there is no such axis
   */
  public Variable logSoftmax(int axis) {
    return Reduction.logSoftmax(this, axis);
  }

  /**
   * The Euclidean length along axes, smoothed so that its slope at zero is zero.
   *
   * @param keepAxes whether the axes stay, with size 1
   * @param epsilon a small positive number, 1e-8 say
   * @param axes distinct axes, negative ones counted from the last; none for all
   * @return √(Σ this² + epsilon)
   * @throws IllegalArgumentException if there is no such axis or one is named twice
   */
  public Variable norm(boolean keepAxes, double epsilon, int... axes) {
    return square().sum(keepAxes, axes).plus(epsilon).sqrt();
  }

  // ---------------------------------------------------------------- shape

  /**
   * The same elements, in c order, in another shape.
   *
   * @param shape the sizes; one of them may be -1, for what is left
   * @return of that shape
   * @throws IllegalArgumentException if the shape does not hold as many elements
   */
  public Variable reshape(long... shape) {
    return Shaping.reshape(this, shape);
  }

  /**
   * Reorders the axes.
   *
   * @param axes for each axis of the output, that of this variable which it is
   * @return a view
   * @throws IllegalArgumentException if the axes are not a permutation
   */
  public Variable permute(int... axes) {
    return Shaping.permute(this, axes);
  }

  /**
   * Swaps two axes.
   *
   * @param axis the axis; a negative one counts from the last
   * @param other the other axis
   * @return a view
   * @throws IllegalArgumentException if there is no such axis
   */
  public Variable transpose(int axis, int other) {
    return Shaping.transpose(this, axis, other);
  }

  /**
   * A part along an axis.
   *
   * @param axis the axis; a negative one counts from the last
   * @param from the first index
   * @param to the index after the last
   * @return a view, of size {@code to - from} along the axis
   * @throws IllegalArgumentException if the range is empty or leaves the axis
   */
  public Variable slice(int axis, long from, long to) {
    return Shaping.slice(this, axis, from, to);
  }

  /**
   * Joins variables along an axis.
   *
   * @param axis the axis; a negative one counts from the last
   * @param parts of equal types, and of equal sizes along the other axes
   * @return the parts, one after the other
   * @throws IllegalArgumentException if there is no part, or types or shapes do not fit
   */
  public static Variable concat(int axis, Variable... parts) {
    return Shaping.concat(axis, parts);
  }

  // ---------------------------------------------------------------- backward

  /**
   * Back-propagates from this scalar to every leaf that it depends on, and frees the graph.
   *
   * @throws IllegalStateException if this is not a scalar, needs no gradient, or was already used
   */
  public void backward() {
    if (value.length() != 1) {
      throw new IllegalStateException(
          "backward() without a gradient needs a scalar, got shape " + Arrays.toString(shape()));
    }
    backward(value.ulike().assign(1));
  }

  /**
   * Back-propagates a given gradient of this variable, and frees the graph.
   *
   * @param upstream dL/d(this), of this variable's shape and type
   * @throws IllegalArgumentException if the shapes or types differ
   * @throws IllegalStateException if this needs no gradient or was already used
   */
  public void backward(INDArray upstream) {
    if (!needsGradient) {
      throw new IllegalStateException(
          "backward() on a " + operation() + " that does not depend on any leaf with a gradient");
    }
    Shapes.requireSame("upstream gradient", upstream, value);
    Shapes.requireType("upstream gradient", upstream, value.dataType());
    accumulate(upstream);
    List<Variable> order = computedBefore(this);
    for (int i = order.size() - 1; i >= 0; i--) {
      order.get(i).propagate();
    }
  }

  /**
   * All that a variable was computed from, itself last, every variable after its inputs.
   *
   * @param root a variable with a live graph
   * @return the graph in the order of computation
   */
  public static List<Variable> computedBefore(Variable root) {
    List<Variable> order = new ArrayList<>();
    Set<Variable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Visit> open = new ArrayDeque<>();
    seen.add(root);
    open.push(Visit.of(root));
    while (!open.isEmpty()) {
      Visit top = open.peek();
      if (!top.inputs.hasNext()) {
        order.add(open.pop().variable);
        continue;
      }
      Variable input = top.inputs.next();
      if (seen.add(input)) {
        open.push(Visit.of(input));
      }
    }
    return order;
  }

  /** A variable whose inputs are being visited. */
  private record Visit(Variable variable, Iterator<Variable> inputs) {
    static Visit of(Variable variable) {
      return new Visit(variable, Arrays.asList(variable.inputs).iterator());
    }
  }

  private void propagate() {
    if (leaf || !hasGradient) {
      return;
    }
    if (backward == null) {
      throw new IllegalStateException(
          "the graph of this " + operation() + " was freed by an earlier backward()");
    }
    boolean[] needed = new boolean[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      needed[i] = inputs[i].needsGradient;
    }
    INDArray[] gradients = backward.gradients(gradient, needed);
    for (int i = 0; i < inputs.length; i++) {
      if (needed[i]) {
        requireGradient(i, gradients[i]);
        inputs[i].accumulate(gradients[i]);
      }
    }
    gradient = null;
    hasGradient = false;
    backward = null;
    inputs = NONE;
  }

  /**
   * Kernels read memory as what it ought to be: an array of another type would be other numbers.
   */
  private void requireGradient(int input, INDArray got) {
    INDArray wanted = inputs[input].value;
    if (!Arrays.equals(got.shape(), wanted.shape()) || got.dataType() != wanted.dataType()) {
      throw new IllegalStateException(
          "gradient of input "
              + input
              + " of "
              + operation()
              + ": expected "
              + described(wanted)
              + ", got "
              + described(got));
    }
  }

  private static String described(INDArray array) {
    return array.dataType() + " " + Arrays.toString(array.shape());
  }

  private void accumulate(INDArray more) {
    if (leaf) {
      accumulateLeaf(more);
    } else if (!hasGradient) {
      gradient = more;
      summed = false;
    } else {
      gradient = summed ? gradient.addi(more) : gradient.add(more);
      summed = true;
    }
    hasGradient = true;
  }

  private void accumulateLeaf(INDArray more) {
    if (hasGradient) {
      gradient.addi(more);
      return;
    }
    if (gradient == null) {
      try (MemoryWorkspace none = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
        gradient = Nd4j.createUninitialized(value.dataType(), value.shape(), 'c');
      }
      Reclaim.made(gradient);
    }
    gradient.assign(more);
  }

  @Override
  public String toString() {
    return operation() + Arrays.toString(shape());
  }
}
