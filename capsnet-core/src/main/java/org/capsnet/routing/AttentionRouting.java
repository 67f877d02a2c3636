package org.capsnet.routing;

import java.util.Map;
import java.util.Set;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.IterativeRouting;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.VotesShape;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Setting;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Inverted dot-product attention routing (Tsai et al. 2020, procedure 1): output capsules compete
 * for each input capsule by how much their pose agrees with its vote, and their poses are
 * normalized, not squashed:
 *
 * <pre>{@code
 * r_ij = softmax_j(p_j · û_ij / √dim),   p_j = LayerNorm(Σ_i r_ij û_ij)
 * }</pre>
 *
 * <p>where {@code r} is {@code 1 / out} at first. The factor {@code 1/√dim} is in the authors' code
 * and not in the paper's equation 2. It trains stably in deep networks on natural images, most of
 * all where the layers of a stack are routed together, by an {@link AttentionStack}.
 *
 * <p>Capsules of this paper have no activations. A layer of class capsules is {@code scored}: its
 * activations are a softmax over output capsules of {@code readout · p_j}, the paper's classifier,
 * so that their negative logarithm is its cross-entropy. Without scores all activations are 1.
 *
 * <p>Parameters: {@code gamma} and {@code beta}, {@code [dim]}, the scale and the shift of the
 * normalization, which all output capsules share; and {@code readout [dim]} if scored. The bias of
 * the paper's classifier would shift all scores alike.
 *
 * @param iterations the number of iterations, from 1 to 100; the paper has 2 for images
 * @param scored whether output capsules have activations, as class capsules do
 */
public record AttentionRouting(int iterations, boolean scored) implements IterativeRouting {

  private static final String GAMMA = "gamma";
  private static final String BETA = "beta";
  private static final String READOUT = "readout";

  /** What is added to a variance. */
  private static final double EPSILON = 1e-5;

  /**
   * Checks the number of iterations.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  public AttentionRouting {
    Iterations.require(iterations);
  }

  /**
   * Routing to class capsules.
   *
   * @param iterations the number of iterations, from 1 to 100
   */
  public AttentionRouting(int iterations) {
    this(iterations, true);
  }

  @Override
  public AttentionRouting withIterations(int number) {
    return new AttentionRouting(number, scored);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if poses are of one number, of which the normalization leaves
   *     nothing
   */
  @Override
  public Map<String, InitialValue> parameters(VotesShape votes, Init init) {
    if (votes.dim() < 2) {
      throw new IllegalArgumentException(
          "attention routing: expected output capsules of 2 numbers or more, got " + votes.dim());
    }
    InitialValue gamma = init.constant(1, votes.dim());
    InitialValue beta = init.constant(0, votes.dim());
    return scored
        ? Map.of(
            GAMMA,
            gamma,
            BETA,
            beta,
            READOUT,
            init.draw(Initializer.LECUN_NORMAL, votes.dim(), 1, votes.dim()))
        : Map.of(GAMMA, gamma, BETA, beta);
  }

  @Override
  public Set<String> decayed() {
    return scored ? Set.of(READOUT) : Set.of();
  }

  @Override
  public Capsules route(RoutingInput in) {
    return capsules(in, poses(in, coupling(in)));
  }

  /**
   * {@inheritDoc}
   *
   * @return those of the last iteration; their sum over output capsules is 1
   */
  @Override
  public Variable coupling(RoutingInput in) {
    Variable r = Weighing.equal(in);
    for (int t = 1; t < iterations; t++) {
      r = attention(in, poses(in, r));
    }
    return r;
  }

  /** How input capsules are divided by the poses {@code [b, j, d]} of output capsules. */
  static Variable attention(RoutingInput in, Variable poses) {
    return Variable.einsum("bijd,bjd->bij", in.votes(), poses)
        .dividedBy(Math.sqrt((double) poses.size(2)))
        .softmax(-1);
  }

  /** The poses {@code [b, j, d]} of output capsules by a division {@code [b, i, j]}. */
  static Variable poses(RoutingInput in, Variable r) {
    Variable s = Variable.einsum("bij,bijd->bjd", r, in.votes());
    Variable off = s.minus(s.mean(true, 2));
    Variable deviation = off.square().mean(true, 2).plus(EPSILON).sqrt();
    return off.dividedBy(deviation).times(in.parameter(GAMMA)).plus(in.parameter(BETA));
  }

  /** Poses with the activations that they have. */
  Capsules capsules(RoutingInput in, Variable poses) {
    Variable activation =
        scored
            ? Variable.einsum("bjd,d->bj", poses, in.parameter(READOUT)).softmax(-1)
            : Variable.constant(Nd4j.ones(in.type(), poses.size(0), poses.size(1)));
    return new Capsules(poses, activation);
  }

  /** Poses in each iteration, attention between two of them, and the scores. */
  @Override
  public Cost cost(VotesShape votes, Setting setting) {
    VoteArrays arrays = new VoteArrays(votes);
    Cost poses = arrays.forward(1, 1, 0, 6, 6, 0).plus(arrays.backward(2, 0, 10, 4, 0));
    Cost attention = arrays.forward(1, 1, 3, 0, 0, 2).plus(arrays.backward(6, 4, 1, 0, 1));
    Cost scores =
        arrays
            .forward(0, 0, 0, 1, 0, 0)
            .plus(arrays.backward(0, 0, setting.activationGradient() ? 4 : 0, 0, 0))
            .multiplyAdds(votes.out(), votes.dim());
    return poses
        .plus(poses.plus(attention).times(iterations - 1L))
        .plus(scored ? scores : Cost.NONE)
        .forward(1, votes.in(), votes.out());
  }

  @Override
  public boolean readsActivations() {
    return false;
  }
}
