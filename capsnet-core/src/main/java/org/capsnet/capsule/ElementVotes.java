package org.capsnet.capsule;

import java.util.Map;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;

/**
 * Votes element by element, {@code w_ij ⊙ u_i} (homogeneous vector capsules, Byerly et al. 2021):
 * the elements of a pose do not mix, and output capsules have the dimension of the input capsules,
 * {@code [batch, in, out, dim]}. They are the cheapest votes, for many capsules of few dimensions.
 * Parameter {@code weight [in, out, dim]}. On a grid the capsules of all positions vote, each by
 * weights of its own.
 */
public record ElementVotes() implements Votes {

  private static final String WEIGHT = "weight";

  @Override
  public VotesShape shape(Shape in, long out, long outDim) {
    if (in.size(1) != outDim) {
      throw new IllegalArgumentException(
          "element by element: expected output capsules of the input's dimension %d, got %d"
              .formatted(in.size(1), outDim));
    }
    return VotesShape.flat(in, out, outDim);
  }

  @Override
  public Map<String, InitialValue> parameters(VotesShape shape, Init init) {
    long in = shape.in();
    long out = shape.out();
    return Map.of(WEIGHT, init.draw(Initializer.LECUN_NORMAL, in, out, in, out, shape.dim()));
  }

  @Override
  public CastVotes cast(Capsules capsules, VotesShape shape, Map<String, Variable> weights) {
    Capsules u = capsules.flat();
    return CastVotes.of(u, () -> Variable.einsum("bid,ijd->bijd", u.pose(), weights.get(WEIGHT)));
  }

  /** The product; then the gradients of both factors, of which that of the poses is summed. */
  @Override
  public Cost cost(VotesShape shape, Setting setting) {
    long[] votes = {shape.in(), shape.out(), shape.dim()};
    return Cost.NONE
        .forward(1, votes)
        .backward(2, votes)
        .backward(1, shape.voters().sizes())
        .multiplyAdds(votes);
  }
}
