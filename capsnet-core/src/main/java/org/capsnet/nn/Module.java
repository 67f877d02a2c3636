package org.capsnet.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
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
 * choosing, {@link Block#forward} where one value goes in and one comes out. Names join with dots,
 * so that the keys of {@link #parameters()} and {@link #state()} are readable and stable: {@code
 * stem.weight}, {@code decoder.0.bias}. A module stands in one place of a tree alone: what finds it
 * in two, where parents took it in after they were put together, is an {@link
 * IllegalStateException} of whatever goes through the tree.
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
  private final Map<String, Buffer> buffers = new LinkedHashMap<>();
  private final Map<String, Module> children = new LinkedHashMap<>();
  private boolean training = true;
  private OptionalLong step = OptionalLong.empty();

  /** For subclasses. */
  protected Module() {}

  // ---------------------------------------------------------------- registering

  /**
   * Registers a weight: trainable, and subject to regularization.
   *
   * @param name its name within this module
   * @param initial its initial value
   * @return the parameter
   */
  protected final Parameter weight(String name, InitialValue initial) {
    return add(parameters, name, new Parameter(required(name, initial), true));
  }

  /**
   * Registers a bias or scale: trainable, and left alone by regularization.
   *
   * @param name its name within this module
   * @param initial its initial value
   * @return the parameter
   */
  protected final Parameter bias(String name, InitialValue initial) {
    return add(parameters, name, new Parameter(required(name, initial), false));
  }

  /**
   * Registers an array that is saved with the parameters but not trained: running statistics,
   * counters.
   *
   * @param name its name within this module
   * @param initial its initial value
   * @return the buffer
   */
  protected final Buffer buffer(String name, InitialValue initial) {
    return add(buffers, name, new Buffer(required(name, initial)));
  }

  private static InitialValue required(String name, InitialValue initial) {
    return Objects.requireNonNull(initial, () -> "initial value of " + name);
  }

  /**
   * Registers a child module.
   *
   * @param name its name within this module
   * @param module the child
   * @param <M> its class
   * @return the child
   * @throws IllegalArgumentException if the name is taken, or the module, or one below it, stands
   *     in this one already
   */
  protected final <M extends Module> M child(String name, M module) {
    Objects.requireNonNull(module, () -> "child " + name);
    Set<Module> here = tree();
    Module root = module;
    for (Module added : root.tree()) {
      if (here.contains(added)) {
        throw new IllegalArgumentException(onePlace(name, added, "another"));
      }
    }
    return add(children, name, module);
  }

  private static String onePlace(String path, Module module, String other) {
    return "%s: a module can stand in one place of a network alone, and this %s stands in %s"
        .formatted(path, module.getClass().getSimpleName(), other);
  }

  /** This module and those below it. */
  private Set<Module> tree() {
    Set<Module> all = Collections.newSetFromMap(new IdentityHashMap<>());
    walk((path, module) -> all.add(module));
    return all;
  }

  private <T, U extends T> U add(Map<String, T> to, String name, U what) {
    Objects.requireNonNull(name, "name");
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
    walk((path, module) -> module.parameters.forEach((k, v) -> all.put(path + k, v)));
    return Collections.unmodifiableMap(all);
  }

  /**
   * All buffers of this module and those below it.
   *
   * @return by dotted name, in the order of registration
   */
  public final Map<String, INDArray> buffers() {
    Map<String, INDArray> all = new LinkedHashMap<>();
    walk((path, module) -> module.buffers.forEach((k, v) -> all.put(path + k, v.value())));
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
   * The shapes of {@link #state()}, which are known even of a module without numbers.
   *
   * @return by dotted name, parameters first
   */
  public final Map<String, long[]> stateShapes() {
    Map<String, long[]> all = new LinkedHashMap<>();
    parameters().forEach((name, parameter) -> all.put(name, parameter.shape()));
    walk((path, module) -> module.buffers.forEach((k, v) -> all.put(path + k, v.shape())));
    return Collections.unmodifiableMap(all);
  }

  /**
   * The number of trainable numbers.
   *
   * @return the sum of the parameters' sizes
   * @throws ArithmeticException if they are too many to count
   */
  public final long parameterCount() {
    return parameters().values().stream()
        .mapToLong(p -> numbers(p.shape()))
        .reduce(0, Math::addExact);
  }

  private static long numbers(long... shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  /**
   * The direct children.
   *
   * @return by name, in the order of registration
   */
  public final Map<String, Module> children() {
    return Collections.unmodifiableMap(children);
  }

  // ---------------------------------------------------------------- counting

  /**
   * What this module makes and computes itself, its children not included. A module that computes
   * something besides calling its children overrides this.
   *
   * @param setting where it stands in the network
   * @return nothing by default
   */
  protected Cost cost(Setting setting) {
    return Cost.NONE;
  }

  /**
   * Where a child stands. By default as if the children computed one after the other: the input of
   * one needs a gradient if that of this module does, or if a child before it has parameters; and
   * the capsules that it makes are read by the next one.
   *
   * @param child its name
   * @param own where this module stands
   * @return where the child does
   */
  protected Setting settingOf(String child, Setting own) {
    List<String> names = List.copyOf(children.keySet());
    int i = names.indexOf(child);
    boolean gradient =
        names.subList(0, i).stream().anyMatch(name -> !children.get(name).parameters().isEmpty());
    Setting setting = own.withInputGradient(own.inputGradient() || gradient).withRectified(false);
    return i + 1 < names.size() && children.get(names.get(i + 1)) instanceof Block<?, ?> next
        ? next.before(setting, settingOf(names.get(i + 1), own))
        : setting;
  }

  /**
   * A module and its cost.
   *
   * @param path its dotted name, empty for the root
   * @param module itself
   * @param cost its own, without that of its children
   */
  public record Costed(String path, Module module, Cost cost) {

    /** {@return its own trainable numbers, without those of its children} */
    public long parameters() {
      return module.parameters.values().stream()
          .mapToLong(p -> numbers(p.shape()))
          .reduce(0, Math::addExact);
    }
  }

  /**
   * What this module and all below it cost.
   *
   * @param setting where this one stands
   * @return each module after its children, which are in the order of registration
   */
  public final List<Costed> costs(Setting setting) {
    List<Costed> all = new ArrayList<>(tree().size());
    count("", setting, all);
    return Collections.unmodifiableList(all);
  }

  private void count(String path, Setting setting, List<Costed> to) {
    children.forEach(
        (name, module) -> module.count(join(path, name), settingOf(name, setting), to));
    to.add(new Costed(path, this, cost(setting).in(setting)));
  }

  // ---------------------------------------------------------------- changing

  /**
   * Copies a state into this module. Nothing is changed unless all of it fits.
   *
   * @param state an array for each key of {@link #state()}, of its shape; floats, doubles, halves
   *     and bfloat16 are converted to the type of this module
   * @throws IllegalArgumentException if a key is missing or unknown, a shape differs, a type is
   *     none of these, or a number is not finite or none that this module computes with
   */
  public final void loadState(Map<String, INDArray> state) {
    requireState(state);
    assign(state);
  }

  /**
   * Copies what fits of a state into this module, by name and shape, and leaves the rest of it as
   * it is: how a network begins with what another one has learned. Nothing is changed unless
   * something fits, and all that fits has numbers that can be used.
   *
   * @param state arrays by name, as another module's {@link #state()}; of the types that {@link
   *     #loadState} converts
   * @return what was loaded, and what was not
   * @throws IllegalArgumentException if nothing fits; or if an array that does has another type, or
   *     numbers that are not finite or none that this module computes with
   */
  public final PartialLoad loadMatching(Map<String, INDArray> state) {
    PartialLoad found = PartialLoad.of(stateShapes(), state);
    if (found.loaded().isEmpty()) {
      throw new IllegalArgumentException(
          "nothing of the state fits this %s:%n%s".formatted(getClass().getSimpleName(), found));
    }
    Map<String, INDArray> fitting = new LinkedHashMap<>(state);
    fitting.keySet().retainAll(found.loaded());
    requireArrays(fitting);
    assign(fitting);
    return found;
  }

  /** Copies arrays that fit. */
  private void assign(Map<String, INDArray> arrays) {
    Map<String, INDArray> own = state();
    arrays.forEach((name, array) -> own.get(name).assign(array));
    walk((path, module) -> module.weightsChanged());
  }

  /**
   * Gives a module that was built of shapes only its numbers. Nothing is changed unless all of it
   * fits.
   *
   * @param state an array for each key of {@link #stateShapes()}, of its shape and of a type that
   *     {@link #loadState} converts; what has the type of the module is taken over, unless it is a
   *     view or lives in a scope, and all else is copied
   * @throws IllegalArgumentException as {@link #loadState}
   * @throws IllegalStateException if this module was not built of shapes only
   */
  public final void adopt(Map<String, INDArray> state) {
    if (parameters().values().stream().anyMatch(Parameter::hasNumbers)) {
      throw new IllegalStateException("this module has numbers: loadState replaces them");
    }
    requireState(state);
    walk(
        (path, module) -> {
          module.parameters.forEach((k, p) -> p.adopt(as(p.type(), state.get(path + k))));
          module.buffers.forEach((k, b) -> b.adopt(as(b.type(), state.get(path + k))));
          module.weightsChanged();
        });
  }

  private static INDArray as(DataType type, INDArray array) {
    return array.dataType() == type ? array : array.castTo(type);
  }

  private void requireState(Map<String, INDArray> state) {
    Map<String, long[]> own = stateShapes();
    for (String name : own.keySet()) {
      if (!state.containsKey(name)) {
        throw new IllegalArgumentException("the state lacks " + name);
      }
    }
    requireArrays(state);
    for (String name : state.keySet()) {
      if (!own.containsKey(name)) {
        throw new IllegalArgumentException(
            "the state has %s, which this %s lacks".formatted(name, getClass().getSimpleName()));
      }
    }
  }

  /** Requires that those arrays of a state that this module has fit. */
  private void requireArrays(Map<String, INDArray> state) {
    walk(
        (path, module) -> {
          module.parameters.forEach(
              (k, p) -> requireLoadable(path + k, state, p.type(), p.shape()));
          module.buffers.forEach((k, b) -> requireLoadable(path + k, state, b.type(), b.shape()));
        });
    walk(
        (path, module) ->
            module.buffers.keySet().stream()
                .filter(k -> state.containsKey(path + k))
                .forEach(k -> module.requireBuffer(k, state.get(path + k))));
  }

  private static void requireLoadable(
      String name, Map<String, INDArray> state, DataType wanted, long... shape) {
    if (!state.containsKey(name)) {
      return;
    }
    INDArray array = state.get(name);
    Shapes.require(name, array, Arrays.stream(shape).boxed().toArray());
    DataType type = array.dataType();
    if (type != wanted && !type.isFPType()) {
      throw new IllegalArgumentException(
          name + ": expected FLOAT, DOUBLE, HALF or BFLOAT16, got " + type);
    }
    // A double beyond the range of floats becomes infinite only as one.
    if (!Finite.all(as(wanted, array))) {
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
        (path, module) -> {
          module.weightsChanged();
          module.parameters.values().forEach(Parameter::close);
          module.buffers.values().forEach(Buffer::close);
        });
    Reclaim.trim();
  }

  /**
   * Remembers the mode of each module of this tree.
   *
   * @return sets each back to that mode
   */
  public final Runnable modes() {
    IdentityHashMap<Module, Boolean> modes = new IdentityHashMap<>();
    walk((path, module) -> modes.put(module, module.training));
    return () ->
        modes.forEach(
            (module, mode) -> {
              module.training = mode;
              module.weightsChanged();
            });
  }

  private void setTraining(boolean mode) {
    walk(
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

  /**
   * Requires that nobody trains this module, nor a part of it: whoever asks a network must not
   * change its statistics.
   *
   * @throws IllegalStateException if it or a part of it is in training mode
   */
  public final void requireEvaluationMode() {
    if (training) {
      throw new IllegalStateException("the network is in training mode: call eval() first");
    }
    if (trainsBelow()) { // asked at each prediction, so that nothing is made where all is well
      walk(
          (path, module) -> {
            if (module.training) {
              throw new IllegalStateException(
                  path.substring(0, path.length() - 1)
                      + " is in training mode: call eval() of the whole network first");
            }
          });
    }
  }

  private boolean trainsBelow() {
    for (Module child : children.values()) {
      if (child.training || child.trainsBelow()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Says to this module and all below it how far a training is: called before each step by whoever
   * trains, for modules that change as it goes on.
   *
   * @param done the steps done before the next one, at least 0
   */
  public final void atStep(long done) {
    if (done < 0) {
      throw new IllegalArgumentException("step: expected at least 0, got " + done);
    }
    walk((path, module) -> module.step = OptionalLong.of(done));
  }

  /**
   * How far a training is.
   *
   * @return the steps done before this one, as schedules count them; empty in evaluation mode, so
   *     that no result depends on what is not in a saved file, and where nobody said it
   */
  public final OptionalLong step() {
    return training ? step : OptionalLong.empty();
  }

  private void walk(BiConsumer<String, Module> visit) {
    walk("", new IdentityHashMap<>(), visit);
  }

  /** Each module once: one that two parents took in later would count, and be updated, twice. */
  private void walk(String path, Map<Module, String> places, BiConsumer<String, Module> visit) {
    String other = places.putIfAbsent(this, path);
    if (other != null) {
      throw new IllegalStateException(onePlace(path, this, other));
    }
    visit.accept(path.isEmpty() ? path : path + ".", this);
    children.forEach((name, module) -> module.walk(join(path, name), places, visit));
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
