package org.capsnet.capsule;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Parameter;

/** What a layer gets from its routing to learn. */
final class RoutingParameters {

  private RoutingParameters() {}

  /** Registers all of it with a layer. */
  static Map<String, Parameter> register(
      Routing routing,
      long in,
      long out,
      long dim,
      Init init,
      BiFunction<String, InitialValue, Parameter> registry) {
    Map<String, Parameter> learned = new TreeMap<>();
    routing
        .parameters(in, out, dim, init)
        .forEach((name, initial) -> learned.put(name, registry.apply(name, initial)));
    return learned;
  }

  static Map<String, Variable> variables(Map<String, Parameter> learned) {
    Map<String, Variable> all = new TreeMap<>();
    learned.forEach((name, parameter) -> all.put(name, parameter.variable()));
    return all;
  }
}
