package stories;

import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.SabourSquash;

/** Lets input capsules prefer output capsules whose mean vote agrees with their own vote. */
public record MeanAgreement(double sharpness) implements Routing {

  @Override
  public Capsules route(RoutingInput in) {
    Variable s = Variable.einsum("bij,bijd->bjd", coupling(in), in.votes());
    return Capsules.ofLength(new SabourSquash().squash(s));
  }

  @Override
  public Variable coupling(RoutingInput in) {
    Variable votes = in.votes(); // [batch, in, out, dim]
    Variable agreement = Variable.einsum("bijd,bjd->bij", votes, votes.mean(1));
    return agreement.times(sharpness).softmax(-1);
  }
}
