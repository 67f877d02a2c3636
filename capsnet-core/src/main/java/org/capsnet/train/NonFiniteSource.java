package org.capsnet.train;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.capsnet.autograd.Finite;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Module;

/**
 * Where the first number that is not finite came from.
 *
 * @param operation the operation and its shape, or {@code parameter NAME}, or the batch
 * @param layer the layer, or layers, whose parameters are nearest to it
 */
record NonFiniteSource(String operation, String layer) {

  private static final String NO_LAYER = "none";

  /** Searches the graph of a loss, before it is freed by the backward pass. */
  static NonFiniteSource in(Variable loss, Module module) {
    IdentityHashMap<Variable, String> names = new IdentityHashMap<>();
    module.parameters().forEach((name, parameter) -> names.put(parameter.variable(), name));
    for (Variable variable : Variable.computedBefore(loss)) {
      if (!Finite.all(variable.value())) {
        return of(variable, names);
      }
    }
    return of(loss, names);
  }

  /** A parameter that is not finite itself. */
  static NonFiniteSource parameter(String name) {
    return new NonFiniteSource("parameter " + name, layer(name));
  }

  /** For a loss whose graph was not recorded. */
  static NonFiniteSource unrecorded() {
    return new NonFiniteSource("an operation in evaluation", NO_LAYER);
  }

  private static NonFiniteSource of(Variable variable, IdentityHashMap<Variable, String> names) {
    if (names.containsKey(variable)) {
      return parameter(names.get(variable));
    }
    String operation =
        variable.operation().equals("constant") ? "an input " + variable : "operation " + variable;
    return new NonFiniteSource(operation, nearestLayers(variable, names));
  }

  /** Goes back through the inputs, one generation at a time, until one has parameters in it. */
  private static String nearestLayers(Variable variable, IdentityHashMap<Variable, String> names) {
    IdentityHashMap<Variable, Boolean> seen = new IdentityHashMap<>();
    List<Variable> generation = List.of(variable);
    while (!generation.isEmpty()) {
      List<Variable> inputs = new ArrayList<>();
      for (Variable child : generation) {
        for (Variable input : child.inputs()) {
          if (seen.put(input, true) == null) {
            inputs.add(input);
          }
        }
      }
      String layers =
          inputs.stream()
              .filter(names::containsKey)
              .map(input -> layer(names.get(input)))
              .distinct()
              .collect(Collectors.joining(", "));
      if (!layers.isEmpty()) {
        return layers;
      }
      generation = inputs;
    }
    return NO_LAYER;
  }

  private static String layer(String parameter) {
    int dot = parameter.lastIndexOf('.');
    return dot < 0 ? parameter : parameter.substring(0, dot);
  }
}
