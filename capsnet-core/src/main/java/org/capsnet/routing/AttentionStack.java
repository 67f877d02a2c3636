package org.capsnet.routing;

import java.util.ArrayList;
import java.util.List;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.RoutedLayer;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.nn.Block;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;

/**
 * Layers of capsules with {@link AttentionRouting} that are routed <b>together</b> (Tsai et al.
 * 2020, procedure 2). The first iteration goes up the stack, layer by layer, with coupling {@code 1
 * / out}. In every later one all layers are routed at once: each has the poses of the iteration
 * before, those of its input capsules and its own. So what is found above soon bears on what is
 * decided below.
 *
 * <pre>{@code
 * AttentionRouting hidden = new AttentionRouting(2, false);
 * ConvCapsules2d first = new ConvCapsules2d(in, 32, 16, 3, spec, votes, hidden, init);
 * CapsuleLayer last =
 *     new CapsuleLayer(first.output(), 10, 16, votes, new AttentionRouting(2), init);
 * new AttentionStack(List.of(first, last))
 * }</pre>
 *
 * <p>Children are {@code 0}, {@code 1} and so on. A stack of one layer is that layer.
 */
public final class AttentionStack extends Block<Capsules, Capsules> {

  private final List<Block<Capsules, Capsules>> layers;
  private final int iterations;

  /**
   * Makes a stack.
   *
   * @param layers from the lowest up, each for the output of the one below; all with attention
   *     routing, and of one number of iterations
   * @throws IllegalArgumentException if there is none, or they do not fit each other
   */
  public AttentionStack(List<? extends Block<Capsules, Capsules>> layers) {
    super(end(layers, 0).input(), end(layers, layers.size() - 1).output());
    this.layers = List.copyOf(layers);
    iterations = routing(layers.get(0), 0).iterations();
    for (int i = 0; i < layers.size(); i++) {
      requireFit(i);
      child(Integer.toString(i), layers.get(i));
    }
  }

  private static Block<Capsules, Capsules> end(
      List<? extends Block<Capsules, Capsules>> layers, int i) {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("layers: expected at least 1, got 0");
    }
    return layers.get(i);
  }

  private void requireFit(int i) {
    Block<Capsules, Capsules> layer = layers.get(i);
    int own = routing(layer, i).iterations();
    if (own != iterations) {
      throw new IllegalArgumentException(
          "layer %d: expected %d iterations, as layer 0, got %d".formatted(i, iterations, own));
    }
    Shape below = i == 0 ? layer.input() : layers.get(i - 1).output();
    if (!layer.input().equals(below)) {
      throw new IllegalArgumentException(
          "layer %d: expected one for %s, got one for %s".formatted(i, below, layer.input()));
    }
  }

  private static AttentionRouting routing(Block<Capsules, Capsules> layer, int i) {
    if (layer instanceof RoutedLayer routed && routed.routing() instanceof AttentionRouting own) {
      return own;
    }
    throw new IllegalArgumentException(
        "layer %d: expected votes and attention routing, got %s".formatted(i, layer));
  }

  @Override
  public Capsules forward(Capsules in) {
    return last(route(in, false)).onGrid();
  }

  /**
   * The output capsules of all layers after the last iteration, for looking at.
   *
   * @param in as {@link #forward} takes it
   * @return one for each layer, from the lowest up
   */
  public List<Capsules> forwardAll(Capsules in) {
    return route(in, true).stream().map(Routed::onGrid).toList();
  }

  private List<Routed> route(Capsules in, boolean all) {
    RoutingInput lowest = input(0, in); // whose votes stay
    List<Routed> routed = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      RoutingInput input = i == 0 ? lowest : input(i, last(routed).onGrid());
      routed.add(routed(i, input, Weighing.equal(input)));
    }
    for (int t = 1; t < iterations; t++) {
      List<Routed> before = List.copyOf(routed);
      for (int i = all ? 0 : firstThatCounts(t); i < layers.size(); i++) {
        RoutingInput input = i == 0 ? lowest : input(i, before.get(i - 1).onGrid());
        routed.set(i, routed(i, input, AttentionRouting.attention(input, before.get(i).poses)));
      }
    }
    return routed;
  }

  private static Routed last(List<Routed> routed) {
    return routed.get(routed.size() - 1);
  }

  /** A layer bears on the one above it an iteration later: those below come too late. */
  private int firstThatCounts(int t) {
    return Math.max(0, layers.size() - (iterations - t));
  }

  /** Poses {@code [samples, out, dim]}, and the capsules with these on their grid. */
  private record Routed(Variable poses, Capsules onGrid) {}

  private RoutingInput input(int i, Capsules below) {
    return ((RoutedLayer) layers.get(i)).routingInput(below);
  }

  private Routed routed(int i, RoutingInput input, Variable coupling) {
    Variable poses = AttentionRouting.poses(input, coupling);
    Capsules capsules = routing(layers.get(i), i).capsules(input, poses);
    return new Routed(poses, input.reach().onGrid(capsules));
  }

  /**
   * All layers but the lowest cast votes in each iteration, and state them once; and they state
   * iterations that come too late, which makes this an estimate.
   */
  @Override
  protected Cost cost(Setting setting) {
    Cost again =
        layers.stream()
            .skip(1)
            .map(layer -> ((RoutedLayer) layer).costOfVotes(setting.withInputGradient(true)))
            .reduce(Cost.NONE, Cost::plus);
    return again.times(iterations - 1L).estimate();
  }

  @Override
  public Setting before(Setting previous, Setting own) {
    return layers.get(0).before(previous, settingOf("0", own));
  }

  @Override
  public long activations() {
    return layers.get(layers.size() - 1).activations();
  }
}
