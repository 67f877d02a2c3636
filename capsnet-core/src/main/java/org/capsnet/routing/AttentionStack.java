package org.capsnet.routing;

import java.util.ArrayList;
import java.util.List;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.RoutedLayer;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.RoutingTrace;
import org.capsnet.io.Nullable;
import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;

/**
 * Layers of capsules with {@link AttentionRouting} that are routed <b>together</b> (Tsai et al.
 * 2020, procedure 2). The first iteration goes up the stack, layer by layer, with coupling {@code 1
 * / out}. In every later one all layers are routed at once: each has the poses of the iteration
 * before, those of its input capsules and its own. So what is found above soon bears on what is
 * decided below. Each of these steps is one call of the routing's kernel, where there is one.
 *
 * <pre>{@code
 * AttentionRouting hidden = new AttentionRouting(2, false);
 * new AttentionStack(
 *     Chain.<Capsules>start(in)
 *         .then(at -> new ConvCapsules2d(at, 32, 16, 3, spec, votes, hidden, init))
 *         .then(at -> new CapsuleLayer(at, 10, 16, votes, new AttentionRouting(2), init)));
 * }</pre>
 *
 * <p>With poses {@code p^l [batch, out, dim]} of layer l and votes {@code û^l [batch, in, out,
 * dim]} that its matrices make of {@code p^(l-1)}, each of those iterations is {@code p_j^l ←
 * LayerNorm(Σ_i r_ij û_ij^l)}, {@code r_ij = softmax_j(p_j^l · û_ij^l / √dim)}, for all l at once.
 *
 * <p>Capsules go in as the first layer takes them and come out as the last one makes them: {@code
 * [batch, types, dim, height, width]} or {@code [batch, capsules, dim]}. It is for deep networks on
 * photographs, such as {@code AttentionCapsNet}.
 *
 * <p>Children: those of the chain. A stack of one layer is that layer.
 */
public final class AttentionStack extends Block<Capsules, Capsules> {

  private final Chain<Capsules, Capsules> chain;
  private final List<RoutedLayer> layers = new ArrayList<>();
  private final int iterations;

  /**
   * Makes a stack.
   *
   * @param chain the layers from the lowest up, all with attention routing, and of one number of
   *     iterations
   * @throws IllegalArgumentException if there is none, or they do not fit each other
   */
  public AttentionStack(Chain<Capsules, Capsules> chain) {
    super(chain.input(), chain.output());
    this.chain = chain;
    if (chain.blocks().isEmpty()) {
      throw new IllegalArgumentException("layers: expected at least 1, got 0");
    }
    chain.blocks().forEach(this::add);
    chain.children().forEach(this::child);
    iterations = iterations(layers.get(0));
  }

  private void add(Block<?, ?> block) {
    int i = layers.size();
    if (!(block instanceof RoutedLayer layer && layer.routing() instanceof AttentionRouting)) {
      throw new IllegalArgumentException(
          "layer %d: expected votes and attention routing, got %s".formatted(i, block));
    }
    layers.add(layer);
    int own = iterations(layer);
    int first = iterations(layers.get(0));
    if (own != first) {
      throw new IllegalArgumentException(
          "layer %d: expected %d iterations, as layer 0, got %d".formatted(i, first, own));
    }
  }

  private static int iterations(RoutedLayer layer) {
    return ((AttentionRouting) layer.routing()).iterations();
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
    return route(in, true).stream().map(Step::onGrid).toList();
  }

  /** The last step of each layer. */
  private List<Step> route(Capsules in, boolean all) {
    RoutingInput lowest = layers.get(0).routingInput(in);
    List<List<Step>> steps = new ArrayList<>();
    List<Step> now = new ArrayList<>();
    for (RoutedLayer layer : layers) {
      Capsules given = now.isEmpty() ? in : last(now).onGrid();
      now.add(step(now.isEmpty() ? lowest : layer.routingInput(given), given, null));
      steps.add(new ArrayList<>(List.of(last(now))));
    }
    for (int t = 1; t < iterations; t++) {
      List<Step> before = List.copyOf(now);
      for (int i = all ? 0 : firstThatCounts(t); i < layers.size(); i++) {
        Capsules given = i == 0 ? in : before.get(i - 1).onGrid();
        RoutingInput input = i == 0 ? lowest : layers.get(i).routingInput(given);
        now.set(i, step(input, given, before.get(i).poses));
        steps.get(i).add(now.get(i));
      }
    }
    for (int i = 0; i < layers.size(); i++) {
      RoutingTrace.note(layers.get(i), now.get(i).given, now.get(i).onGrid, steps.get(i));
    }
    return now;
  }

  private static Step last(List<Step> steps) {
    return steps.get(steps.size() - 1);
  }

  /** A layer bears on the one above it an iteration later: those below come too late. */
  private int firstThatCounts(int t) {
    return Math.max(0, layers.size() - (iterations - t));
  }

  /**
   * An iteration of a layer.
   *
   * @param input the votes
   * @param given the capsules that voted
   * @param before the poses that it goes by; null in the first, which weighs all votes alike
   * @param poses that it makes, {@code [samples, out, dim]}
   * @param onGrid the capsules with these on their grid
   */
  private record Step(
      RoutingInput input,
      Capsules given,
      @Nullable Variable before,
      Variable poses,
      Capsules onGrid)
      implements RoutingTrace.Iteration {

    @Override
    public Variable coupling() {
      return division(input, before);
    }

    @Override
    public Capsules output() {
      return PoseAttention.capsules(input, poses);
    }
  }

  private static Step step(RoutingInput input, Capsules given, Variable before) {
    Variable poses =
        FusedAttention.normalized(input, before, 1)
            .orElseGet(() -> PoseAttention.poses(input, division(input, before)));
    Capsules onGrid = input.reach().onGrid(PoseAttention.capsules(input, poses));
    return new Step(input, given, before, poses, onGrid);
  }

  private static Variable division(RoutingInput input, Variable before) {
    return before == null ? Weighing.equal(input) : PoseAttention.division(input, before);
  }

  /**
   * All layers but the lowest cast votes in each iteration, and state them once; and they state
   * iterations that come too late, which makes this an estimate. By the kernel an iteration makes
   * poses, which are moved to the grid and to a list; then their gradients on the way back, that of
   * the poses that it went by, and sums of both.
   */
  @Override
  protected Cost cost(Setting setting) {
    Cost again =
        layers.stream()
            .skip(1)
            .map(layer -> layer.costOfVotes(setting.withInputGradient(true)))
            .reduce(Cost.NONE, Cost::plus);
    long poses = chain.blocks().stream().mapToLong(block -> block.output().numbers()).sum();
    Cost each = setting.fused() ? again.forward(3, poses).backward(6, poses) : again;
    return each.times(iterations - 1L).estimate();
  }

  @Override
  public Setting before(Setting previous, Setting own) {
    return chain.before(previous, own);
  }

  @Override
  public long activations() {
    return chain.activations();
  }
}
