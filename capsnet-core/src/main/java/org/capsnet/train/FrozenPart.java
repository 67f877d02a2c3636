package org.capsnet.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Module;

/**
 * What of a module a training leaves as it is. While it lasts, frozen parameters are constants:
 * nothing is computed for gradients that nobody wants, and nothing is kept. A layer all of whose
 * parameters are frozen works as in evaluation, so that its running statistics stay as they are,
 * and it drops nothing out.
 */
final class FrozenPart implements AutoCloseable {

  private final Module module;
  private final Set<String> names;
  private final List<Variable> frozen = new ArrayList<>();

  /**
   * Freezes the parameters that have no updater.
   *
   * @param module to be trained
   * @param updaters which parameters have one
   */
  FrozenPart(Module module, Updaters updaters) {
    this.module = module;
    this.names =
        module.parameters().keySet().stream()
            .filter(name -> updaters.of(name).isEmpty())
            .collect(Collectors.toUnmodifiableSet());
    names.stream()
        .map(name -> module.parameters().get(name).variable())
        .filter(Variable::needsGradient)
        .forEach(this::freeze);
  }

  private void freeze(Variable parameter) {
    parameter.releaseGradient();
    parameter.setNeedsGradient(false);
    frozen.add(parameter);
  }

  /** Switches what is trained to training mode, and all else to evaluation mode. */
  void train() {
    module.train();
    evaluateFrozen("", module);
  }

  private void evaluateFrozen(String path, Module part) {
    Set<String> all = part.parameters().keySet();
    if (!all.isEmpty() && all.stream().allMatch(name -> names.contains(path + name))) {
      part.eval();
    } else {
      for (Map.Entry<String, Module> child : part.children().entrySet()) {
        evaluateFrozen(path + child.getKey() + ".", child.getValue());
      }
    }
  }

  /** Lets the parameters have gradients again. */
  @Override
  public void close() {
    frozen.forEach(parameter -> parameter.setNeedsGradient(true));
  }
}
