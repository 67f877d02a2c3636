package org.capsnet.nn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.capsnet.autograd.Finite;
import org.capsnet.autograd.Reclaim;
import org.capsnet.autograd.Shapes;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A part of a network: parameters, buffers and child modules, each under a name.
 *
 * <p>A subclass registers what it holds in its constructor and computes in a method of its own
 * choosing, {@link Layer#forward} where one variable goes in and one comes out. Names join with
 * dots, so that the keys of {@link #parameters()} and {@link #state()} are readable and stable:
 * {@code stem.weight}, {@code decoder.0.bias}.
 *
 * <p>A module in evaluation mode changes nothing that shows while it computes: any number of
 * threads may share it. It may keep what it makes of its weights from one call to the next, so that
 * who writes into them in evaluation mode calls {@link #eval()} afterwards. Training, and switching
 * the mode, belong to one thread.
 *
 * <p>Parameters lie outside the Java heap. {@link #close()} frees them at once; those of a module
 * that is only dropped go when the collector comes, which is asked to now and then.
 */
public abstract class Module implements AutoCloseable {

  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, INDArray> buffers = new LinkedHashMap<>();
  private final Map<String, Module> children = new LinkedHashMap<>();
  private boolean training = true;

  /** For subclasses. */
  protected Module() {}

  // ---------------------------------------------------------------- registering

  /**
   * Registers a weight: trainable, and subject to regularization.
   *
   * @param name its name within this module
   * @param initial its initial value, taken over; a view, or an array of a scope, is copied
   * @return the parameter
   */
  protected final Parameter weight(String name, INDArray initial) {
    return add(parameters, name, new Parameter(initial, true));
  }

  /**
   * Registers a bias or scale: trainable, and left alone by regularization.
   *
   * @param name its name within this module
   * @param initial its initial value, taken over; a view, or an array of a scope, is copied
   * @return the parameter
   */
  protected final Parameter bias(String name, INDArray initial) {
    return add(parameters, name, new Parameter(initial, false));
  }

  /**
   * Registers an array that is saved with the parameters but not trained: running statistics,
   * counters.
   *
   * @param name its name within this module
   * @param initial its initial value, taken over; a view, or an array of a scope, is copied
   * @return the buffer, to be changed in place, in training mode only
   */
  protected final INDArray buffer(String name, INDArray initial) {
    return add(buffers, name, Parameter.owned(initial));
  }

  /**
   * Registers a child module.
   *
   * @param name its name within this module
   * @param module the child
   * @param <M> its class
   * @return the child
   */
  protected final <M extends Module> M child(String name, M module) {
    return add(children, name, module);
  }

  private <T, U extends T> U add(Map<String, T> to, String name, U what) {
    if (name.isEmpty() || name.contains(".")) {
      throw new IllegalArgumentException("a name must be neither empty nor dotted, got: " + name);
    }
    if (parameters.containsKey(name) || buffers.containsKey(name) || children.containsKey(name)) {
      throw new IllegalArgumentException("two things of one module are named " + name);
    }
    to.put(name, what);
    return what;
  }

  // ---------------------------------------------------------------- reading

  /**
   * All parameters of this module and those below it.
   *
   * @return by dotted name, in the order of registration
   */
  public final Map<String, Parameter> parameters() {
    Map<String, Parameter> all = new LinkedHashMap<>();
    walk("", (path, module) -> module.parameters.forEach((k, v) -> all.put(path + k, v)));
    return Collections.unmodifiableMap(all);
  }

  /**
   * All buffers of this module and those below it.
   *
   * @return by dotted name, in the order of registration
   */
  public final Map<String, INDArray> buffers() {
    Map<String, INDArray> all = new LinkedHashMap<>();
    walk("", (path, module) -> module.buffers.forEach((k, v) -> all.put(path + k, v)));
    return Collections.unmodifiableMap(all);
  }

  /**
   * All that makes up what this module has learned: parameters, then buffers.
   *
   * @return by dotted name; the arrays themselves, not copies
   */
  public final Map<String, INDArray> state() {
    Map<String, INDArray> all = new LinkedHashMap<>();
    parameters().forEach((name, parameter) -> all.put(name, parameter.value()));
    all.putAll(buffers());
    return Collections.unmodifiableMap(all);
  }

  /**
   * The number of trainable numbers.
   *
   * @return the sum of the parameters' sizes
   */
  public final long parameterCount() {
    return parameters().values().stream().mapToLong(p -> p.value().length()).sum();
  }

  /**
   * The direct children.
   *
   * @return by name, in the order of registration
   */
  public final Map<String, Module> children() {
    return Collections.unmodifiableMap(children);
  }

  // ---------------------------------------------------------------- changing

  /**
   * Copies a state into this module. Nothing is changed unless all of it fits.
   *
   * @param state an array for each key of {@link #state()}, of its shape, float or double; either
   *     is converted to the other
   * @throws IllegalArgumentException if a key is missing or unknown, a shape differs, a type is
   *     neither float nor double, or a number is not finite or none that this module computes with
   */
  public final void loadState(Map<String, INDArray> state) {
    Map<String, INDArray> own = state();
    own.forEach(
        (name, array) -> {
          if (!state.containsKey(name)) {
            throw new IllegalArgumentException("the state lacks " + name);
          }
          requireLoadable(name, state.get(name), array);
        });
    state
        .keySet()
        .forEach(
            name -> {
              if (!own.containsKey(name)) {
                throw new IllegalArgumentException(
                    "the state has "
                        + name
                        + ", which this "
                        + getClass().getSimpleName()
                        + " lacks");
              }
            });
    walk(
        "",
        (path, module) ->
            module.buffers.keySet().forEach(k -> module.requireBuffer(k, state.get(path + k))));
    own.forEach((name, array) -> array.assign(state.get(name)));
    walk("", (path, module) -> module.weightsChanged());
  }

  private static void requireLoadable(String name, INDArray array, INDArray own) {
    Shapes.requireSame(name, array, own);
    DataType type = array.dataType();
    if (type != own.dataType() && type != DataType.FLOAT && type != DataType.DOUBLE) {
      throw new IllegalArgumentException(name + ": expected FLOAT or DOUBLE, got " + type);
    }
    // A double beyond the range of floats becomes infinite only as one.
    if (!Finite.all(type == own.dataType() ? array : array.castTo(own.dataType()))) {
      throw new IllegalArgumentException(name + ": expected finite numbers, got NaN or infinity");
    }
  }

  /**
   * Refuses numbers that a buffer of this module cannot have. For modules whose buffers have a
   * range, such as variances; called on all before any is changed.
   *
   * @param name of a buffer, within this module
   * @param value what it shall become, of its shape and finite
   * @throws IllegalArgumentException if it cannot
   */
  protected void requireBuffer(String name, INDArray value) {}

  /**
   * Forgets what was made of the weights, which have changed or are about to. For layers that keep
   * something of the kind; called on each change of mode and of the whole state.
   */
  protected void weightsChanged() {}

  /** Forgets the gradients of all parameters. */
  public final void clearGradients() {
    parameters().values().forEach(p -> p.variable().clearGradient());
  }

  /** Switches this module and all below it to training mode, the mode of a new module. */
  public final void train() {
    setTraining(true);
  }

  /** Switches this module and all below it to evaluation mode. */
  public final void eval() {
    setTraining(false);
  }

  /**
   * Frees the parameters, their gradients and the buffers of this module and all below it, at once.
   * Nobody may be computing with them, and nothing can be done with the module afterwards: whoever
   * asks for a parameter gets an {@link IllegalStateException}. To close twice does no harm.
   */
  @Override
  public void close() {
    walk(
        "",
        (path, module) -> {
          module.weightsChanged();
          module.parameters.values().forEach(Parameter::close);
          module.buffers.values().forEach(Reclaim::free);
        });
    Reclaim.trim();
  }

  private void setTraining(boolean mode) {
    walk(
        "",
        (path, module) -> {
          module.training = mode;
          module.weightsChanged();
        });
  }

  /**
   * The mode.
   *
   * @return true in training mode
   */
  public final boolean training() {
    return training;
  }

  private void walk(String path, BiConsumer<String, Module> visit) {
    visit.accept(path, this);
    children.forEach((name, module) -> module.walk(path + name + ".", visit));
  }
}
