package org.capsnet.capsule;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The votes of a batch, and who cast them: what {@link Votes} make and a {@link Routing} is handed
 * in its {@link RoutingInput}.
 *
 * <p>Votes are {@code [batch, in, out, dim]}. Where output capsules stand on a grid, each position
 * is a sample of its own, {@code [batch · positions, in, out, dim]}, so that a routing is written
 * once for all layers; {@link Reach} knows which positions belong together.
 *
 * <p>They are computed when somebody asks for them. A kernel that makes them itself, or that reads
 * them as a convolution left them, asks for another {@linkplain VotesForm form} instead.
 */
public final class CastVotes {

  private final Supplier<Variable> votes;
  private final Supplier<Variable> pose;
  private final Supplier<Variable> activation;
  private final Supplier<Variable> matrices;
  private final Supplier<PoseProducts> products;
  private final Variable gridVotes;
  private final Reach reach;
  private final DataType type;

  private CastVotes(
      Supplier<Variable> votes,
      Supplier<Variable> pose,
      Supplier<Variable> activation,
      Supplier<Variable> matrices,
      Supplier<PoseProducts> products,
      Variable gridVotes,
      Reach reach,
      DataType type) {
    this.votes = once(votes);
    this.pose = pose;
    this.activation = once(activation);
    this.matrices = matrices;
    this.products = products;
    this.gridVotes = gridVotes;
    this.reach = reach;
    this.type = type;
  }

  private static Supplier<Variable> once(Supplier<Variable> source) {
    Variable[] made = new Variable[1];
    return () -> {
      if (made[0] == null) {
        made[0] = source.get();
      }
      return made[0];
    };
  }

  /**
   * Votes that are there, of input capsules whose poses are not known: for trying a routing.
   *
   * @param votes {@code [batch, in, out, dim]}
   * @param activation of the input capsules, {@code [batch, in]}
   * @return the votes
   */
  public static CastVotes of(Variable votes, Variable activation) {
    return new CastVotes(
        () -> votes,
        null,
        () -> activation,
        null,
        null,
        null,
        Reach.everywhere(activation.size(0), activation.size(1)),
        votes.dataType());
  }

  /**
   * Votes of any kind.
   *
   * @param voters the input capsules, poses {@code [batch, in, inDim]}
   * @param votes gives {@code [batch, in, out, dim]}; asked once, if at all
   * @return the votes
   */
  public static CastVotes of(Capsules voters, Supplier<Variable> votes) {
    return of(voters, votes, null);
  }

  /**
   * Votes by a matrix for each pair of an input and an output capsule, {@code û_bijd = Σ_k W_ijdk
   * u_bik}.
   *
   * @param voters the input capsules, poses {@code [batch, in, inDim]}
   * @param weight {@code [in, out, dim, inDim]}
   * @return the votes
   * @throws IllegalArgumentException if the shapes do not fit each other
   */
  public static CastVotes dense(Capsules voters, Variable weight) {
    Variable u = voters.pose();
    Shapes.require("weight", weight.value(), "in", "out", "dim", "inDim");
    Shapes.require("poses", u.value(), "batch", weight.size(0), weight.size(3));
    return of(voters, () -> Variable.einsum("bik,ijdk->bijd", u, weight), () -> weight);
  }

  /** The same as products of the poses and {@code [in, out, dim, inDim]}, if there are such. */
  static CastVotes of(Capsules voters, Supplier<Variable> votes, Supplier<Variable> matrices) {
    return of(voters, votes, matrices, null);
  }

  /** The same as products of poses that are matrices. */
  static CastVotes ofProducts(
      Capsules voters, Supplier<Variable> votes, Supplier<PoseProducts> products) {
    return of(voters, votes, null, products);
  }

  private static CastVotes of(
      Capsules voters,
      Supplier<Variable> votes,
      Supplier<Variable> matrices,
      Supplier<PoseProducts> products) {
    return new CastVotes(
        votes,
        voters::pose,
        voters::activation,
        matrices,
        products,
        null,
        Reach.everywhere(voters.batch(), voters.count()),
        voters.pose().dataType());
  }

  /**
   * Votes that stand on a grid already: one of each type for each output capsule at each position.
   *
   * @param votes {@code [batch, in, out, dim, height, width]}
   * @param activation gives those of the voters, {@code [batch, in, height, width]}; asked once, if
   *     at all
   * @return the votes
   * @throws IllegalArgumentException if the shape is another
   */
  public static CastVotes onGrid(Variable votes, Supplier<Variable> activation) {
    Shapes.require("votes", votes.value(), "batch", "in", "out", "dim", "height", "width");
    long in = votes.size(1);
    Reach reach = Reach.everyPosition(votes.size(0), in, votes.size(4), votes.size(5));
    return new CastVotes(
        () ->
            votes
                .permute(0, 4, 5, 1, 2, 3)
                .reshape(reach.samples(), in, votes.size(2), votes.size(3)),
        null,
        () -> activation.get().permute(0, 2, 3, 1).reshape(reach.samples(), in),
        null,
        null,
        votes,
        reach,
        votes.dataType());
  }

  /** The same votes, cast by capsules that stand on a grid and reach several positions. */
  CastVotes reaching(Reach positions) {
    return new CastVotes(votes, pose, activation, matrices, products, gridVotes, positions, type);
  }

  /**
   * The same votes, which have to be those that a layer was built for: {@link Votes} may be a
   * user's. What is computed when somebody asks for it is checked then.
   *
   * @throws IllegalArgumentException if they are others
   */
  CastVotes requiring(Votes by, VotesShape shape, long batch) {
    String name = "votes of " + RoutingResult.named(by);
    int gridAxes = shape.output().rank() - 2;
    if (reach.batch() != batch || reach.grid().length != gridAxes) {
      throw new IllegalArgumentException(
          "%s: expected those of %d samples on a grid of %d axes, got %d on %d"
              .formatted(name, batch, gridAxes, reach.batch(), reach.grid().length));
    }
    long samples = reach.samples();
    long in = shape.in();
    long out = shape.out();
    if (gridVotes != null) {
      Shapes.require(
          name, gridVotes.value(), batch, in, out, shape.dim(), reach.grid()[0], reach.grid()[1]);
    }
    return new CastVotes(
        required(name, votes, samples, in, out, shape.dim()),
        pose,
        required("activations with " + name, activation, samples, in),
        matrices == null
            ? null
            : required("matrices of " + name, matrices, in, out, shape.dim(), "inDim"),
        products,
        gridVotes,
        reach,
        type);
  }

  private static Supplier<Variable> required(
      String name, Supplier<Variable> source, Object... axes) {
    return () -> {
      Variable made = Objects.requireNonNull(source.get(), name);
      Shapes.require(name, made.value(), axes);
      return made;
    };
  }

  /** {@return the votes {@code [batch, in, out, dim]}} */
  public Variable votes() {
    return votes.get();
  }

  /** {@return the activations of the input capsules, {@code [batch, in]}} */
  public Variable activation() {
    return activation.get();
  }

  /**
   * The poses of the input capsules.
   *
   * @return {@code [batch, in, inDim]}
   * @throws UnsupportedOperationException if they are not known, as where a convolution makes a
   *     vote of several capsules
   */
  public Variable pose() {
    if (pose == null) {
      throw new UnsupportedOperationException(
          "poses of input capsules: there is no single one behind each of these votes");
    }
    return pose.get();
  }

  /** {@return FLOAT or DOUBLE} */
  public DataType type() {
    return type;
  }

  /** {@return which output capsules the input capsules reach} */
  public Reach reach() {
    return reach;
  }

  /**
   * For a kernel that makes the votes itself.
   *
   * @return the matrices {@code [in, out, dim, inDim]} of which, and of the {@link #pose}, the
   *     votes are products, if they are
   */
  public Optional<Variable> matrices() {
    return Optional.ofNullable(matrices).map(Supplier::get);
  }

  /**
   * For a kernel that makes the votes itself.
   *
   * @return the matrices of which, and of the {@link #pose}, which are matrices of 4×4, the votes
   *     are products, if they are
   */
  public Optional<PoseProducts> products() {
    return Optional.ofNullable(products).map(Supplier::get);
  }

  /**
   * For a kernel that takes votes as they stand on a grid.
   *
   * @return the votes {@code [batch, in, out, dim, height, width]}, if that is how they were made
   */
  public Optional<Variable> gridVotes() {
    return Optional.ofNullable(gridVotes);
  }
}
