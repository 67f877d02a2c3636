package org.capsnet.capsule;

import java.util.Objects;
import java.util.stream.LongStream;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;

/**
 * What a routing has to give for the votes that it is handed. A routing may be a user's, and a
 * result of another shape would go on through the network to a wrong number.
 *
 * @param routing what is checked
 * @param shape the sizes that the layer was built for
 * @param cast the votes
 */
record RoutingResult(Routing routing, VotesShape shape, CastVotes cast) {

  /** How far the rounding of long sums brings a probability below 0 or above 1. */
  private static final double ROUNDING = 1e-4;

  /** The same capsules, if they are those of {@link Routing#route}. */
  Capsules require(Capsules made) {
    requireShape(made, cast.reach().samples());
    double least = made.activation().value().minNumber().doubleValue();
    double most = made.activation().value().maxNumber().doubleValue();
    // NaN passes: whoever trains or predicts looks for it, and says where it arose. ND4J leaves it
    // out; of nothing but NaN the least is infinite, and above the most.
    if (least <= most) {
      requireProbability(least);
      requireProbability(most);
    }
    return made;
  }

  /** The same capsules, if they are those of {@link Routing#routeFused}, which knows the grid. */
  Capsules requireOnGrid(Capsules made) {
    requireShape(made, cast.reach().batch(), cast.reach().grid());
    return made;
  }

  /** The same coupling, if it is that of {@link Routing#coupling}. */
  Variable requireCoupling(Variable coupling) {
    Objects.requireNonNull(coupling, () -> what("coupling"));
    long samples = cast.reach().samples();
    Shapes.require(what("coupling"), coupling.value(), samples, shape.in(), shape.out());
    return coupling;
  }

  private void requireShape(Capsules made, long samples, long... grid) {
    Objects.requireNonNull(made, () -> what("capsules"));
    long[] poses = {samples, shape.out(), shape.dim()};
    Object[] expected =
        LongStream.concat(LongStream.of(poses), LongStream.of(grid)).boxed().toArray();
    Shapes.require(what("poses"), made.pose().value(), expected);
    Shapes.requireType(what("poses"), made.pose().value(), cast.type());
    Shapes.requireType(what("activations"), made.activation().value(), cast.type());
  }

  private void requireProbability(double activation) {
    if (activation < -ROUNDING || activation > 1 + ROUNDING) {
      throw new IllegalArgumentException(
          "%s: expected 0 to 1, got %s".formatted(what("activations"), activation));
    }
  }

  private String what(String part) {
    return "%s of routing %s".formatted(part, named(routing));
  }

  /** The class of a value without its package; of a lambda there is none to name. */
  static String named(Object value) {
    Class<?> type = value.getClass();
    String name = type.isHidden() ? "a lambda" : type.getSimpleName();
    return name.isEmpty() ? "an anonymous class" : name;
  }
}
