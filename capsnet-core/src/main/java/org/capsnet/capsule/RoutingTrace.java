package org.capsnet.capsule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.capsnet.autograd.Checkpoint;
import org.capsnet.autograd.Variable;

/**
 * Notes what the capsule layers of a network route on this thread, while it is open: the way to
 * look into any network, whatever it is made of.
 *
 * <pre>{@code
 * try (Scope scope = Scope.open();
 *     NoGrad constant = NoGrad.enter();
 *     RoutingTrace trace = RoutingTrace.open()) {
 *   Capsules classes = net.classify(images).classes();
 *   Variable coupling = trace.of(classes).last().coupling();
 *   for (RoutingTrace.Routed routed : trace.routed()) {
 *     ..
 *   }
 * }
 * }</pre>
 *
 * <p>Layers that a block routes together are noted as that block says, with what they did in each
 * iteration. While a trace is open, {@link org.capsnet.nn.Checkpointed} layers keep their
 * intermediates.
 */
public final class RoutingTrace implements AutoCloseable {

  /** Holds null where none is open. */
  private static final ThreadLocal<RoutingTrace> OPEN = new ThreadLocal<>();

  /** Null where none was open. */
  private final RoutingTrace outer;

  /** What is noted is looked at after the forward pass. */
  private final Checkpoint.Keeping keeping = Checkpoint.keepAll();

  private final List<Routed> routed = new ArrayList<>();

  /** Of capsules that were joined, the levels that they come from. */
  private final Map<Capsules, List<Capsules>> joined = new HashMap<>();

  /** One iteration of a routing, computed where it is asked for. */
  public interface Iteration {

    /** {@return the votes of this iteration, and what the layer has learned} */
    RoutingInput input();

    /**
     * How input capsules were divided.
     *
     * @return {@code [samples, in, out]}, a sample for each position of a grid
     * @throws UnsupportedOperationException if the routing has no couplings
     */
    Variable coupling();

    /** {@return what was made by that division, poses {@code [samples, out, dim]}} */
    Capsules output();
  }

  /**
   * What a layer did in a forward pass.
   *
   * @param layer the layer
   * @param input the capsules that came in
   * @param levels these capsules on the grids that they came from, one after another, where {@link
   *     JoinedCapsules} joined them; else they alone
   * @param output the capsules that it made
   * @param iterations of its routing, from the first to the last: one of a routing that does not
   *     iterate; of layers that were routed together, those that bear on what was made in the end
   */
  public record Routed(
      RoutedLayer layer,
      Capsules input,
      List<Capsules> levels,
      Capsules output,
      List<Iteration> iterations) {

    /** Copies the lists. */
    public Routed {
      levels = List.copyOf(levels);
      iterations = List.copyOf(iterations);
    }

    /** {@return the last iteration} */
    public Iteration last() {
      return iterations.get(iterations.size() - 1);
    }
  }

  /** The votes of a layer, made again when they are first asked for. */
  private static final class Given {
    private final RoutedLayer layer;
    private final VotesShape shape;
    private final Capsules capsules;
    private RoutingInput input;

    Given(RoutedLayer layer, VotesShape shape, Capsules capsules) {
      this.layer = layer;
      this.shape = shape;
      this.capsules = capsules;
    }

    /** By a routing that may be a user's. */
    Variable coupling(Routing routing) {
      RoutingResult expected = new RoutingResult(routing, shape, input().cast());
      return expected.requireCoupling(routing.coupling(input()));
    }

    RoutingInput input() {
      if (input == null) {
        input = layer.routingInput(capsules);
      }
      return input;
    }
  }

  /** What a routing has done after its last iteration. */
  private record Last(Given given, Routing routing) implements Iteration {
    @Override
    public RoutingInput input() {
      return given.input();
    }

    @Override
    public Variable coupling() {
      return given.coupling(routing);
    }

    @Override
    public Capsules output() {
      return routing.route(input());
    }
  }

  /** What it has done after an earlier one: what it does where that is its last. */
  private record Earlier(Given given, IterativeRouting routing, int iterations)
      implements Iteration {
    private Last last() {
      return new Last(given, routing.withIterations(iterations));
    }

    @Override
    public RoutingInput input() {
      return given.input();
    }

    @Override
    public Variable coupling() {
      return last().coupling();
    }

    @Override
    public Capsules output() {
      return last().output();
    }
  }

  private RoutingTrace(RoutingTrace outer) {
    this.outer = outer;
  }

  /**
   * Opens one. Others that are open on this thread go on noting.
   *
   * @return the trace
   */
  public static RoutingTrace open() {
    RoutingTrace trace = new RoutingTrace(OPEN.get());
    OPEN.set(trace);
    return trace;
  }

  /** What a layer just routed on its own, for the traces that are open. */
  static Capsules note(RoutedLayer layer, VotesShape shape, Capsules input, Capsules output) {
    if (OPEN.get() != null) {
      note(layer, input, output, iterations(layer.routing(), new Given(layer, shape, input)));
    }
    return output;
  }

  private static List<Iteration> iterations(Routing routing, Given given) {
    List<Iteration> all = new ArrayList<>();
    if (routing instanceof IterativeRouting iterative) {
      for (int n = 1; n < iterative.iterations(); n++) {
        all.add(new Earlier(given, iterative, n));
      }
    }
    all.add(new Last(given, routing));
    return all;
  }

  /**
   * Notes what a layer just did, for the traces that are open: for a block that routes several
   * layers together. A {@link CapsuleLayer} and a {@link ConvCapsules2d} note themselves what they
   * do.
   *
   * @param layer the layer
   * @param input the capsules that came in
   * @param output the capsules that it made
   * @param iterations from the first to the last, at least one
   */
  public static void note(
      RoutedLayer layer, Capsules input, Capsules output, List<? extends Iteration> iterations) {
    for (RoutingTrace open = OPEN.get(); open != null; open = open.outer) {
      List<Capsules> levels = open.joined.getOrDefault(input, List.of(input));
      open.routed.add(new Routed(layer, input, levels, output, List.copyOf(iterations)));
    }
  }

  /** Of which levels capsules were just joined. */
  static Capsules noteJoined(Capsules whole, Capsules... levels) {
    for (RoutingTrace open = OPEN.get(); open != null; open = open.outer) {
      open.joined.put(whole, List.of(levels));
    }
    return whole;
  }

  /** {@return what was noted so far, in the order in which it was routed} */
  public List<Routed> routed() {
    return List.copyOf(routed);
  }

  /**
   * How capsules were made.
   *
   * @param output capsules, such as a network's class capsules
   * @return what the layer did that made them
   * @throws UnsupportedOperationException if none did since this trace was opened, as in a network
   *     without routing, or where something else was done to them since
   */
  public Routed of(Capsules output) {
    return routed.stream()
        .filter(one -> one.output().equals(output))
        .findAny()
        .orElseThrow(
            () ->
                new UnsupportedOperationException(
                    "no layer of this network routed to these capsules"));
  }

  @Override
  public void close() {
    keeping.close();
    if (outer == null) {
      OPEN.remove();
    } else {
      OPEN.set(outer);
    }
  }
}
