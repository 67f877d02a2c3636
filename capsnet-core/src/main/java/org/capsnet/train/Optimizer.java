package org.capsnet.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.capsnet.autograd.Scope;
import org.capsnet.kernel.AdamKernel;
import org.capsnet.kernel.Kernels;
import org.capsnet.nn.Module;
import org.capsnet.nn.Parameter;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.Regularization.ApplyStep;

/**
 * Turns gradients into updates: clips them, adds regularization, runs one ND4J updater a parameter,
 * of the kind that its group has, and subtracts the result; Adam's own, not that of a subclass, is
 * fused with the subtraction where the kernels are. Owns the updaters' state, which lives outside
 * every scope.
 *
 * <p>ND4J's Adam and AMSGrad divide by {@code √v_t + ε} of the uncorrected second moment, where
 * PyTorch divides by {@code √(v_t / (1 - β₂^t)) + ε}; {@link Trainer#updater} has the formulas. The
 * fused kernel does as ND4J.
 */
final class Optimizer implements AutoCloseable {

  private final Updaters updaters;
  private final List<Regularization> regularizations;
  private final GradientClipping clipping;
  private final Map<String, Slot> slots = new LinkedHashMap<>();

  /** A parameter with its updater; the state is null for an updater that has none. */
  private record Slot(
      Parameter parameter, IUpdater configuration, GradientUpdater<?> updater, INDArray state) {

    double learningRate(int iteration, int epoch) {
      return Optimizer.learningRate(configuration, iteration, epoch);
    }
  }

  Optimizer(
      Module module,
      Updaters updaters,
      List<Regularization> regularizations,
      GradientClipping clipping) {
    this.updaters = updaters;
    this.regularizations = regularizations;
    this.clipping = clipping;
    module
        .parameters()
        .forEach(
            (name, parameter) ->
                updaters.of(name).ifPresent(own -> slots.put(name, slot(parameter, own))));
  }

  private static Slot slot(Parameter parameter, IUpdater configuration) {
    INDArray value = parameter.value();
    long size = configuration.stateSize(value.length());
    try (MemoryWorkspace none = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray state = size == 0 ? null : Nd4j.create(value.dataType(), new long[] {1, size}, 'c');
      return new Slot(parameter, configuration, configuration.instantiate(state, true), state);
    } catch (ArrayIndexOutOfBoundsException e) { // AdaBelief's own, in ND4J 1.0.0-M2.1
      throw new IllegalArgumentException(
          "updater: ND4J fails to set up its " + configuration.getClass().getSimpleName(), e);
    }
  }

  /**
   * Updates every parameter that has a gradient; the gradients are used up. A parameter that the
   * objective did not reach stays as it is, and so does its updater's state.
   *
   * @param iteration from 0, as ND4J's schedules and bias corrections count
   * @param epoch from 0
   */
  void step(int iteration, int epoch) {
    List<Slot> reached = new ArrayList<>();
    List<INDArray> gradients = new ArrayList<>();
    for (Slot slot : slots.values()) {
      if (slot.parameter.variable().hasGradient()) {
        reached.add(slot);
        gradients.add(slot.parameter.variable().gradient());
      }
    }
    clipping.clip(gradients);
    for (int i = 0; i < reached.size(); i++) {
      try (Scope temporaries = Scope.open()) {
        update(reached.get(i), gradients.get(i), iteration, epoch);
      }
    }
  }

  private void update(Slot slot, INDArray gradient, int iteration, int epoch) {
    regularize(ApplyStep.BEFORE_UPDATER, slot, gradient, iteration, epoch);
    if (slot.configuration.getClass() == Adam.class && fused(slot, gradient)) {
      Adam adam = (Adam) slot.configuration;
      AdamKernel.step(
          AdamKernel.Settings.of(
              slot.learningRate(iteration, epoch),
              adam.getBeta1(),
              adam.getBeta2(),
              adam.getEpsilon(),
              iteration),
          slot.parameter.value(),
          gradient,
          slot.state);
      return;
    }
    // A row, because that is how instantiate() shapes the updater's state.
    slot.updater.applyUpdater(gradient.reshape('c', 1, gradient.length()), iteration, epoch);
    regularize(ApplyStep.POST_UPDATER, slot, gradient, iteration, epoch);
    slot.parameter.value().subi(gradient);
  }

  /** Whether nothing comes between the updater and the weights. */
  private boolean fused(Slot slot, INDArray gradient) {
    return Kernels.fused(slot.parameter.value(), gradient)
        && (!slot.parameter.decayed()
            || regularizations.stream().noneMatch(r -> r.applyStep() == ApplyStep.POST_UPDATER));
  }

  private void regularize(ApplyStep when, Slot slot, INDArray gradient, int iteration, int epoch) {
    if (!slot.parameter.decayed()) {
      return;
    }
    double rate = slot.configuration.hasLearningRate() ? slot.learningRate(iteration, epoch) : 1;
    for (Regularization regularization : regularizations) {
      if (regularization.applyStep() == when) {
        regularization.apply(slot.parameter.value(), gradient, rate, iteration, epoch);
      }
    }
  }

  /** The learning rate of a step outside of groups; NaN for an updater without one. */
  double learningRate(int iteration, int epoch) {
    return learningRate(updaters.others(), iteration, epoch);
  }

  private static double learningRate(IUpdater configuration, int iteration, int epoch) {
    return configuration.hasLearningRate()
        ? configuration.getLearningRate(iteration, epoch)
        : Double.NaN;
  }

  /** Which updater each parameter has. */
  Updaters updaters() {
    return updaters;
  }

  /** The updaters' state by parameter; the arrays themselves. */
  Map<String, INDArray> state() {
    Map<String, INDArray> state = new LinkedHashMap<>();
    slots.forEach(
        (name, slot) -> {
          if (slot.state != null) {
            state.put(name, slot.state);
          }
        });
    return state;
  }

  @Override
  public void close() {
    state().values().forEach(INDArray::close);
  }
}
