package org.capsnet.capsule;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Block;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Parameter;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A layer of capsules: {@link Votes} say what each input capsule predicts of each output capsule,
 * and a {@link Routing} what becomes of that.
 *
 * <pre>{@code
 * new CapsuleLayer(in, 10, 16, new DenseVotes(), new DynamicRouting(3), init)
 * }</pre>
 *
 * <p>Parameters are those of the votes, as weights, and those of the routing, as {@linkplain
 * Routing#decayed it says}.
 */
public final class CapsuleLayer extends Block<Capsules, Capsules> implements RoutedLayer {

  private final Votes votes;
  private final Routing routing;
  private final VotesShape shape;
  private final DataType type;
  private final Map<String, Parameter> weights;
  private final Map<String, Parameter> learned;

  /**
   * Makes a layer.
   *
   * @param in {@code [types, dim, grid..]}
   * @param out the number of output capsules; at each position, if the votes lead to a grid
   * @param outDim the dimension of their poses
   * @param votes how input capsules vote
   * @param routing how votes become capsules
   * @param init the source of the weights
   * @throws IllegalArgumentException if such capsules cannot vote so
   */
  public CapsuleLayer(Shape in, long out, long outDim, Votes votes, Routing routing, Init init) {
    this(shape(in, out, outDim, votes), votes, routing, init);
  }

  private CapsuleLayer(VotesShape shape, Votes votes, Routing routing, Init init) {
    super(shape.input(), shape.output());
    this.shape = shape;
    this.votes = votes;
    this.routing = routing;
    type = init.type();
    weights = registered(votes.parameters(shape, init), this::weight);
    Set<String> decayed = routing.decayed();
    learned =
        registered(
            routing.parameters(shape, init),
            (name, value) -> decayed.contains(name) ? weight(name, value) : bias(name, value));
  }

  /** The sizes of the votes, which a user's may get wrong. */
  private static VotesShape shape(Shape in, long out, long outDim, Votes votes) {
    VotesShape shape = votes.shape(in, out, outDim);
    if (!shape.input().equals(in) || shape.out() != out || shape.dim() != outDim) {
      throw new IllegalArgumentException(
          "shape of votes of %s: expected %s to [%d, %d], got %s to %s"
              .formatted(
                  RoutingResult.named(votes), in, out, outDim, shape.input(), shape.output()));
    }
    return shape;
  }

  /** By name, so that the order is always the same. */
  private static Map<String, Parameter> registered(
      Map<String, InitialValue> initial, BiFunction<String, InitialValue, Parameter> registry) {
    Map<String, Parameter> parameters = new TreeMap<>();
    new TreeMap<>(initial)
        .forEach((name, value) -> parameters.put(name, registry.apply(name, value)));
    return parameters;
  }

  private static Map<String, Variable> variables(Map<String, Parameter> parameters) {
    Map<String, Variable> all = new TreeMap<>();
    parameters.forEach((name, parameter) -> all.put(name, parameter.variable()));
    return all;
  }

  /**
   * Votes and routes.
   *
   * @param capsules poses {@code [batch, types, dim, grid..]}
   * @return poses {@code [batch, out, outDim]}, and a grid if the votes lead to one
   * @throws IllegalArgumentException if the capsules do not fit, or the votes or the routing, which
   *     may be a user's, give arrays of another shape, or activations beyond 0 to 1
   */
  @Override
  public Capsules forward(Capsules capsules) {
    return RoutingTrace.note(this, shape, capsules, route(cast(capsules)));
  }

  /** The one place where a kernel is taken or not. */
  Capsules route(CastVotes cast) {
    RoutingInput in = input(cast);
    RoutingResult expected = new RoutingResult(routing, shape, cast);
    return routing
        .routeFused(in)
        .map(expected::requireOnGrid)
        .orElseGet(() -> cast.reach().onGrid(expected.require(routing.route(in))));
  }

  /** The votes of input capsules. */
  CastVotes cast(Capsules capsules) {
    votes.require(shape, capsules);
    Shapes.requireType("capsules", capsules.pose().value(), type);
    return votes
        .cast(capsules, shape, variables(weights))
        .requiring(votes, shape, capsules.batch());
  }

  @Override
  public Routing routing() {
    return routing;
  }

  @Override
  public RoutingInput routingInput(Capsules capsules) {
    return input(cast(capsules));
  }

  VotesShape shape() {
    return shape;
  }

  RoutingInput input(CastVotes cast) {
    return new RoutingInput(cast, variables(learned), step());
  }

  /**
   * The votes that {@link #forward} routes, for looking at.
   *
   * @param capsules as {@link #forward} takes them
   * @return {@code [batch, in, out, outDim]}, and a grid if the votes lead to one
   */
  public Variable votes(Capsules capsules) {
    return votes(cast(capsules));
  }

  Variable votes(CastVotes cast) {
    return cast.reach().onGrid(cast.votes());
  }

  /**
   * How much of each input capsule went to each output capsule, for looking at.
   *
   * @param capsules as {@link #forward} takes them
   * @return the coupling coefficients {@code [batch, in, out]}, and a grid if the votes lead to
   *     one; from 0 to 1 unless the routing says otherwise
   * @throws UnsupportedOperationException if the routing of this layer has none
   */
  public Variable coupling(Capsules capsules) {
    return coupling(cast(capsules));
  }

  Variable coupling(CastVotes cast) {
    Variable coupling = routing.coupling(input(cast));
    return cast.reach().onGrid(new RoutingResult(routing, shape, cast).requireCoupling(coupling));
  }

  @Override
  public Cost costOfVotes(Setting setting) {
    return routing
        .fusedCost(shape, votes.form(), setting)
        .flatMap(kernel -> votes.fusedCost(shape, setting))
        .orElseGet(() -> votes.cost(shape, setting));
  }

  /** That of a kernel, if there is one for these votes and this routing. */
  @Override
  protected Cost cost(Setting setting) {
    Optional<Cost> ofVotes = votes.fusedCost(shape, setting);
    Optional<Cost> ofRouting = routing.fusedCost(shape, votes.form(), setting);
    if (ofVotes.isPresent() && ofRouting.isPresent()) {
      Cost cost = ofVotes.get().plus(ofRouting.get());
      return votes.form() == VotesForm.GRID ? moved(cost, setting) : moved(cost);
    }
    Cost all =
        routing
            .fusedCost(shape, VotesForm.VOTES, setting)
            .orElseGet(() -> routing.cost(shape, setting).times(shape.positions()));
    return moved(votes.cost(shape, setting).plus(all));
  }

  /** Output capsules stand on their grid; a list of them is moved, and so is its gradient. */
  private Cost moved(Cost cost, Setting setting) {
    return onGrid() && setting.flat()
        ? cost.forward(1, output().sizes())
            .backward(setting.activationGradient() ? 0 : 1, output().sizes())
        : cost;
  }

  /** Output capsules stand position by position: moved by whoever reads them, as their gradient. */
  private Cost moved(Cost cost) {
    return onGrid() ? cost.forward(1, output().sizes()).backward(1, output().sizes()) : cost;
  }

  private boolean onGrid() {
    return output().rank() > 2;
  }

  @Override
  public long activations() {
    return output().numbers() / shape.dim();
  }

  @Override
  public Setting before(Setting previous, Setting own) {
    return previous.readBy(votes.readsActivations() || routing.readsActivations(), !onGrid());
  }
}
