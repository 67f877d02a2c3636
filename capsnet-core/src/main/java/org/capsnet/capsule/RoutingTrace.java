package org.capsnet.capsule;

import java.util.ArrayList;
import java.util.List;

/**
 * Notes what the capsule layers of a network route on this thread, while it is open: the way to
 * look into any network, whatever it is made of.
 *
 * <pre>{@code
 * try (Scope scope = Scope.open();
 *     NoGrad constant = NoGrad.enter();
 *     RoutingTrace trace = RoutingTrace.open()) {
 *   net.classify(images);
 *   for (RoutingTrace.Routed routed : trace.routed()) {
 *     routed.layer().routing().coupling(routed.routingInput());
 *   }
 * }
 * }</pre>
 *
 * <p>A block that routes several layers together is not noted, since their couplings are not those
 * of its layers alone.
 */
public final class RoutingTrace implements AutoCloseable {

  /** Holds null where none is open. */
  private static final ThreadLocal<RoutingTrace> OPEN = new ThreadLocal<>();

  /** Null where none was open. */
  private final RoutingTrace outer;

  private final List<Routed> routed = new ArrayList<>();

  /**
   * What a layer did in a forward pass.
   *
   * @param layer the layer
   * @param input the capsules that came in
   * @param output the capsules that it made
   */
  public record Routed(RoutedLayer layer, Capsules input, Capsules output) {

    /** {@return what the layer hands to its routing, made again from the capsules that came in} */
    public RoutingInput routingInput() {
      return layer.routingInput(input);
    }
  }

  private RoutingTrace(RoutingTrace outer) {
    this.outer = outer;
  }

  /**
   * Opens one; another that is open on this thread notes nothing until this one is closed.
   *
   * @return the trace
   */
  public static RoutingTrace open() {
    RoutingTrace trace = new RoutingTrace(OPEN.get());
    OPEN.set(trace);
    return trace;
  }

  /** What was just routed, for the trace that is open, if there is one. */
  static Capsules note(RoutedLayer layer, Capsules input, Capsules output) {
    RoutingTrace open = OPEN.get();
    if (open != null) {
      open.routed.add(new Routed(layer, input, output));
    }
    return output;
  }

  /** {@return what was noted so far, in the order in which it was routed} */
  public List<Routed> routed() {
    return List.copyOf(routed);
  }

  @Override
  public void close() {
    if (outer == null) {
      OPEN.remove();
    } else {
      OPEN.set(outer);
    }
  }
}
