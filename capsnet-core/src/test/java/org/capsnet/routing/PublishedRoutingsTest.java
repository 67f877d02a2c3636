package org.capsnet.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.CastVotes;
import org.capsnet.capsule.ConvCapsules2d;
import org.capsnet.capsule.ConvVotes;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.ExponentialSquash;
import org.capsnet.capsule.PoseVotes;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.capsule.Sharing;
import org.capsnet.capsule.VotesShape;
import org.capsnet.nn.Block;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Parameter;
import org.capsnet.nn.Shape;
import org.capsnet.testing.Golden;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Sketches of routings of other papers, with what each needs of the interface: activations of their
 * own, parameters, poses of input capsules, and competition over a whole grid. All against values
 * that PyTorch computed.
 */
class PublishedRoutingsTest {

  // ---------------------------------------------------------------- the sketches

  /** EM routing (Hinton et al. 2018, procedure 1). */
  private record Em(int iterations, boolean overAllPositions) implements Routing {

    private static final double EPSILON = 1e-9;
    private static final double FINAL_LAMBDA = 0.01;

    private record Routed(Capsules capsules, Variable r) {}

    @Override
    public Map<String, InitialValue> parameters(VotesShape votes, Init init) {
      return Map.of(
          "beta_u", init.constant(0, votes.out()), "beta_a", init.constant(0, votes.out()));
    }

    @Override
    public Capsules route(RoutingInput in) {
      return iterate(in).capsules;
    }

    @Override
    public Variable coupling(RoutingInput in) {
      return iterate(in).r;
    }

    private Routed iterate(RoutingInput in) {
      Variable votes = in.votes();
      long n = votes.size(0);
      long out = votes.size(2);
      long dim = votes.size(3);
      Variable r =
          overAllPositions
              ? in.reach().uniform(out, in.type())
              : Variable.constant(
                  Nd4j.valueArrayOf(new long[] {n, votes.size(1), out}, 1.0 / out, in.type()));
      for (int t = 0; true; t++) {
        // M step
        Variable ra = Variable.einsum("bij,bi->bij", r, in.activation());
        Variable sum = ra.sum(1).plus(EPSILON);
        Variable mean = Variable.einsum("bij,bijd->bjd", ra, votes).dividedBy(column(sum));
        Variable off = votes.minus(mean.reshape(n, 1, out, dim)).square();
        Variable variance =
            Variable.einsum("bij,bijd->bjd", ra, off).dividedBy(column(sum)).plus(EPSILON);
        Variable cost =
            Variable.einsum(
                "bjd,bj->bj",
                variance.log().times(0.5).plus(in.parameter("beta_u").reshape(1, out, 1)),
                sum);
        double lambda = FINAL_LAMBDA * (1 - Math.pow(0.95, t + 1));
        Variable a = in.parameter("beta_a").minus(cost).times(lambda).sigmoid();
        if (t == iterations - 1) {
          return new Routed(new Capsules(mean, a), r);
        }
        // E step
        Variable wide = variance.reshape(n, 1, out, dim);
        Variable logP = off.dividedBy(wide).plus(wide.times(2 * Math.PI).log()).sum(3).times(-0.5);
        Variable logits = a.plus(EPSILON).log().reshape(n, 1, out).plus(logP);
        r = overAllPositions ? in.reach().softmax(logits) : logits.softmax(-1);
      }
    }

    private static Variable column(Variable x) {
      return x.reshape(x.size(0), x.size(1), 1);
    }
  }

  /** Self-attention routing (Mazzia et al. 2021, section 3.2). */
  private record SelfAttention() implements Routing {

    @Override
    public Map<String, InitialValue> parameters(VotesShape votes, Init init) {
      return Map.of("prior", init.constant(0, votes.in(), votes.out()));
    }

    @Override
    public Capsules route(RoutingInput in) {
      Variable s = Variable.einsum("bij,bijd->bjd", coupling(in), in.votes());
      return Capsules.ofLength(new ExponentialSquash().squash(s));
    }

    @Override
    public Variable coupling(RoutingInput in) {
      Variable agreement =
          Variable.einsum("bijd,bkjd->bij", in.votes(), in.votes())
              .dividedBy(Math.sqrt((double) in.votes().size(3)));
      return agreement.softmax(-1).plus(in.parameter("prior"));
    }
  }

  /** Self-routing (Hahn et al. 2019, section 3): by the poses of the input capsules alone. */
  private record SelfRouting() implements Routing {

    private static final double TINY = 1e-12;

    @Override
    public Map<String, InitialValue> parameters(VotesShape votes, Init init) {
      return Map.of(
          "route", init.constant(0, votes.in(), votes.out(), votes.inDim()),
          "prior", init.constant(0, votes.in(), votes.out()));
    }

    @Override
    public Capsules route(RoutingInput in) {
      Variable ca = Variable.einsum("bij,bi->bij", coupling(in), in.activation());
      Variable sum = ca.sum(1);
      Variable pose =
          Variable.einsum("bij,bijd->bjd", ca, in.votes())
              .dividedBy(sum.plus(TINY).reshape(sum.size(0), sum.size(1), 1));
      return new Capsules(pose, sum.dividedBy(in.activation().sum(true, 1).plus(TINY)));
    }

    @Override
    public Variable coupling(RoutingInput in) {
      return Variable.einsum("bic,ijc->bij", in.pose(), in.parameter("route"))
          .plus(in.parameter("prior"))
          .softmax(-1);
    }
  }

  /**
   * Routing of DeepCaps (Rajasegaran et al. 2019): an input type divides itself among all output
   * capsules of the grid.
   */
  private record DeepCaps(int iterations) implements Routing {

    @Override
    public Map<String, InitialValue> parameters(VotesShape votes, Init init) {
      return Map.of("bias", init.constant(0, votes.out(), votes.dim()));
    }

    @Override
    public Capsules route(RoutingInput in) {
      return Capsules.ofLength(capsules(in, coupling(in)));
    }

    @Override
    public Variable coupling(RoutingInput in) {
      Variable c = in.reach().uniform(in.votes().size(2), in.type());
      Variable b = c.times(0);
      for (int r = 1; r < iterations; r++) {
        b = b.plus(Variable.einsum("bijd,bjd->bij", in.votes(), capsules(in, c)));
        c = in.reach().softmax(b);
      }
      return c;
    }

    private static Variable capsules(RoutingInput in, Variable c) {
      return new SabourSquash()
          .squash(Variable.einsum("bij,bijd->bjd", c, in.votes()).plus(in.parameter("bias")));
    }
  }

  /** Routing of path capsules (Amer and Maul 2019): input capsules compete, not output capsules. */
  private static Routing fanIn(int iterations) {
    return in -> {
      Variable b = in.votes().sum(3).times(0);
      Variable v = null;
      for (int r = 0; r < iterations; r++) {
        b = v == null ? b : b.plus(Variable.einsum("bijd,bjd->bij", in.votes(), v));
        v = new SabourSquash().squash(Variable.einsum("bij,bijd->bjd", b.softmax(1), in.votes()));
      }
      return Capsules.ofLength(v);
    };
  }

  // ---------------------------------------------------------------- holding them to golden files

  /** A golden file, and the names that it has for parameters of a layer. */
  private record Case(Golden golden, DataType type, Map<String, String> names) {

    Case(String file, DataType type, Map<String, String> names) {
      this(Golden.read(file), type, new TreeMap<>(names));
    }

    Init init() {
      return Init.seed(1).type(type);
    }

    Variable leaf(String name) {
      return Variable.leaf(golden.get(name, type));
    }

    /** Gives a layer the parameters of the file. */
    <B extends Block<Capsules, Capsules>> B filled(B layer) {
      assertThat(layer.parameters().keySet()).isEqualTo(names.keySet());
      names.forEach(
          (own, theirs) -> {
            Parameter p = layer.parameters().get(own);
            p.value().assign(golden.get(theirs, type).reshape(p.shape()));
          });
      return layer;
    }

    void assertGradients(Block<Capsules, Capsules> layer) {
      names.forEach(
          (own, theirs) -> {
            INDArray gradient = layer.parameters().get(own).variable().gradient();
            golden.assertClose(theirs + "_grad", gradient.reshape(golden.get(theirs).shape()));
          });
    }

    /** Output capsules as the file has them, and the gradients from their poses and activations. */
    void assertCapsules(Block<Capsules, Capsules> layer, Variable pose, Variable activation) {
      Capsules out = layer.forward(new Capsules(pose, activation));
      golden.assertClose("pose", out.pose().value());
      golden.assertClose("activation", out.activation().value());
      weighted("upstream_pose", out.pose())
          .plus(weighted("upstream_activation", out.activation()))
          .backward();
      assertGradients(layer);
    }

    private Variable weighted(String upstream, Variable x) {
      return Variable.constant(golden.get(upstream, type)).times(x).sum();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void emRouting(DataType type) {
    Golden golden = Golden.read("em_routing_3");
    Variable votes = Variable.leaf(golden.get("votes", type));
    Variable a = Variable.leaf(golden.get("a_in", type));
    Map<String, Variable> parameters =
        Map.of(
            "beta_u", Variable.leaf(golden.get("beta_u", type)),
            "beta_a", Variable.leaf(golden.get("beta_a", type)));
    Capsules out = new Em(3, true).route(RoutingInput.of(CastVotes.of(votes, a), parameters));
    golden.assertClose("pose", out.pose().value());
    golden.assertClose("activation", out.activation().value());
    Case own = new Case(golden, type, Map.of());
    own.weighted("upstream_pose", out.pose())
        .plus(own.weighted("upstream_activation", out.activation()))
        .backward();
    golden.assertClose("votes_grad", votes.gradient());
    golden.assertClose("a_in_grad", a.gradient());
    parameters.forEach((name, p) -> golden.assertClose(name + "_grad", p.gradient()));
  }

  @ParameterizedTest
  @CsvSource({
    "em_conv_stride2, FLOAT",
    "em_conv_stride2, DOUBLE",
    "em_conv_unseen, FLOAT",
    "em_conv_unseen, DOUBLE",
    "em_conv_local_stride2, FLOAT",
    "em_conv_local_stride2, DOUBLE"
  })
  void convolutionalEmRouting(String file, DataType type) {
    Case golden =
        new Case(
            file,
            type,
            Map.of("votes.weight", "W", "votes.beta_u", "beta_u", "votes.beta_a", "beta_a"));
    Variable pose = golden.leaf("pose_in");
    Variable a = golden.leaf("a_in");
    long[] w = golden.golden.get("W").shape();
    Em routing = new Em(3, !file.contains("local"));
    ConvCapsules2d layer =
        golden.filled(
            new ConvCapsules2d(
                Shape.of(Arrays.copyOfRange(pose.shape(), 1, 5)),
                w[3],
                16,
                3,
                Conv2dSpec.UNIT.withStride(2),
                new PoseVotes(),
                routing,
                golden.init()));
    golden.assertCapsules(layer, pose, a);
    golden.golden.assertClose("pose_in_grad", pose.gradient());
    golden.golden.assertClose("a_in_grad", a.gradient());
    if (routing.overAllPositions) {
      Capsules in = new Capsules(pose, a);
      INDArray votes = layer.votes(in).value().reshape(2, w[0], 3, 3, w[3], 16, 2, 2);
      golden.golden.assertClose("votes", votes.permute(0, 1, 4, 2, 3, 6, 7, 5));
      INDArray r = layer.coupling(in).value().reshape(2, w[0], 3, 3, w[3], 2, 2);
      golden.golden.assertClose("assignment", r.permute(0, 1, 4, 2, 3, 5, 6));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void emRoutingToClassCapsulesThatKnowPlaces(DataType type) {
    Case golden =
        new Case("em_class", type, Map.of("weight", "W", "beta_u", "beta_u", "beta_a", "beta_a"));
    Variable pose = golden.leaf("pose_in");
    Variable a = golden.leaf("a_in");
    CapsuleLayer layer =
        golden.filled(
            new CapsuleLayer(
                Shape.of(2, 16, 3, 4),
                3,
                16,
                new PoseVotes(Sharing.TYPE, true),
                new Em(3, true),
                golden.init()));
    golden.assertCapsules(layer, pose, a);
    golden.golden.assertClose("pose_in_grad", pose.gradient());
    golden.golden.assertClose("a_in_grad", a.gradient());
  }

  private static Variable active(DataType type) {
    return Variable.constant(Nd4j.ones(type, 2, 6));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void selfAttentionRouting(DataType type) {
    Golden golden = Golden.read("self_attention_routing");
    Variable votes = Variable.leaf(golden.get("votes", type));
    Variable prior = Variable.leaf(golden.get("prior", type));
    RoutingInput in = RoutingInput.of(CastVotes.of(votes, active(type)), Map.of("prior", prior));
    Variable v = new SelfAttention().route(in).pose();
    golden.assertClose("v", v.value());
    v.backward(golden.get("upstream", type));
    golden.assertClose("votes_grad", votes.gradient());
    golden.assertClose("prior_grad", prior.gradient());
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void selfRouting(DataType type) {
    Case golden =
        new Case(
            "self_routing_bias",
            type,
            Map.of("weight", "W_vote", "route", "W_route", "prior", "b_route"));
    Variable u = golden.leaf("u");
    Variable a = golden.leaf("a_in");
    CapsuleLayer layer =
        golden.filled(
            new CapsuleLayer(
                Shape.of(6, 5), 3, 4, new DenseVotes(), new SelfRouting(), golden.init()));
    golden.assertCapsules(layer, u, a);
    golden.golden.assertClose("u_grad", u.gradient());
    golden.golden.assertClose("a_in_grad", a.gradient());
    golden.golden.assertClose("coupling", layer.coupling(new Capsules(u, a)).value());
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void deepCapsRouting(DataType type) {
    Case golden = new Case("deepcaps_3d_routing", type, Map.of("weight", "W", "bias", "bias"));
    Variable u = golden.leaf("u");
    CapsuleLayer layer =
        golden.filled(
            new CapsuleLayer(
                Shape.of(3, 2, 5, 4),
                2,
                4,
                new ConvVotes(3, Conv2dSpec.UNIT.withPadding(1)),
                new DeepCaps(3),
                golden.init()));
    Variable v = layer.forward(Capsules.ofLength(u)).pose();
    golden.golden.assertClose("v", v.value());
    v.backward(golden.golden.get("upstream", type));
    golden.golden.assertClose("u_grad", u.gradient());
    golden.assertGradients(layer);
    golden.golden.assertClose("coupling", layer.coupling(Capsules.ofLength(u)).value());
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void fanInRouting(DataType type) {
    Golden golden = Golden.read("fan_in_routing");
    Variable votes = Variable.leaf(golden.get("votes", type));
    Variable v =
        fanIn(3).route(RoutingInput.of(CastVotes.of(votes, active(type)), Map.of())).pose();
    golden.assertClose("v", v.value());
    v.backward(golden.get("upstream", type));
    golden.assertClose("votes_grad", votes.gradient());
  }
}
