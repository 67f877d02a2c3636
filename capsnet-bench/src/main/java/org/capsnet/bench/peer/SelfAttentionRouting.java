package org.capsnet.bench.peer;

import java.util.Map;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.ExponentialSquash;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.VotesShape;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;

/**
 * Self-attention routing (Mazzia et al. 2021, section 3.2): the coupling of a vote is how much it
 * agrees with all votes for the same output capsule, softmax over output capsules, and a learned
 * prior {@code [in, out]}; there are no iterations.
 */
record SelfAttentionRouting() implements Routing {

  private static final String PRIOR = "prior";

  @Override
  public Map<String, InitialValue> parameters(VotesShape votes, Init init) {
    return Map.of(PRIOR, init.constant(0, votes.in(), votes.out()));
  }

  @Override
  public Capsules route(RoutingInput in) {
    Variable s = Variable.einsum("bij,bijd->bjd", coupling(in), in.votes());
    return Capsules.ofLength(new ExponentialSquash().squash(s));
  }

  @Override
  public Variable coupling(RoutingInput in) {
    // By the sum of the votes, since the sum of products with each is a product with their sum.
    Variable sum = in.votes().sum(1);
    return Variable.einsum("bijd,bjd->bij", in.votes(), sum)
        .dividedBy(Math.sqrt((double) in.votes().size(3)))
        .softmax(-1)
        .plus(in.parameter(PRIOR));
  }

  @Override
  public boolean readsActivations() {
    return false;
  }
}
