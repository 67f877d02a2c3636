package org.capsnet.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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
import org.capsnet.capsule.PoseVotes;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.Sharing;
import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;
import org.capsnet.nn.Parameter;
import org.capsnet.nn.Shape;
import org.capsnet.testing.Golden;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The routings of the papers against values and gradients that PyTorch computed. */
class PublishedRoutingsTest {

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

    /** Gives a layer the parameters of the file; those that it does not have are 0. */
    <B extends Block<Capsules, Capsules>> B filled(B layer) {
      assertThat(layer.parameters().keySet()).containsAll(names.keySet());
      layer
          .parameters()
          .forEach(
              (own, parameter) -> {
                if (!names.containsKey(own)) {
                  assertThat(parameter.value().amaxNumber().doubleValue()).as(own).isZero();
                }
              });
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
      assertCapsules(layer.forward(new Capsules(pose, activation)));
      assertGradients(layer);
    }

    void assertCapsules(Capsules out) {
      golden.assertClose("pose", out.pose().value());
      golden.assertClose("activation", out.activation().value());
      weighted("upstream_pose", out.pose())
          .plus(weighted("upstream_activation", out.activation()))
          .backward();
    }

    private Variable weighted(String upstream, Variable x) {
      return Variable.constant(golden.get(upstream, type)).times(x).sum();
    }
  }

  /** Votes of a file, who cast them, and parameters, routed: capsules and all gradients. */
  private static RoutingInput assertRouted(
      String file, DataType type, Routing routing, String... parameters) {
    Case golden = new Case(file, type, Map.of());
    Map<String, Variable> learned = new LinkedHashMap<>();
    for (String name : parameters) {
      learned.put(name, golden.leaf(name));
    }
    Variable votes = golden.leaf("votes");
    Variable a = golden.leaf("a_in");
    RoutingInput in = RoutingInput.of(CastVotes.of(votes, a), learned);
    golden.assertCapsules(routing.route(in));
    golden.golden.assertClose("votes_grad", votes.gradient());
    golden.golden.assertClose("a_in_grad", a.gradient());
    learned.forEach((name, p) -> golden.golden.assertClose(name + "_grad", p.gradient()));
    return in;
  }

  /** Votes of a file, routed to capsules whose activation is their length. */
  private static Golden assertRoutedByPose(
      String file, DataType type, Routing routing, String... parameters) {
    Golden golden = Golden.read(file);
    Map<String, Variable> learned = new LinkedHashMap<>();
    for (String name : parameters) {
      learned.put(name, Variable.leaf(golden.get(name, type)));
    }
    Variable votes = Variable.leaf(golden.get("votes", type));
    Variable active = Variable.constant(Nd4j.ones(type, votes.size(0), votes.size(1)));
    RoutingInput in = RoutingInput.of(CastVotes.of(votes, active), learned);
    Variable v = routing.route(in).pose();
    golden.assertClose("v", v.value());
    v.backward(golden.get("upstream", type));
    golden.assertClose("votes_grad", votes.gradient());
    learned.forEach((name, p) -> golden.assertClose(name + "_grad", p.gradient()));
    return golden;
  }

  private static void assertCoupling(String file, DataType type, Routing routing) {
    Golden golden = Golden.read(file);
    Variable votes = Variable.constant(golden.get("votes", type));
    Variable active = Variable.constant(Nd4j.ones(type, votes.size(0), votes.size(1)));
    RoutingInput in = RoutingInput.of(CastVotes.of(votes, active), Map.of());
    golden.assertClose("coupling", routing.coupling(in).value());
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void emRouting(DataType type) {
    for (Routing routing : List.of(new EmRouting(3), new LocalEmRouting(3))) {
      assertRouted("em_routing_3", type, routing, "beta_u", "beta_a");
    }
    for (Routing routing : List.of(new EmRouting(1), new LocalEmRouting(1))) {
      assertRouted("em_routing_1", type, routing, "beta_u", "beta_a");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "em_conv_stride1, FLOAT",
    "em_conv_stride1, DOUBLE",
    "em_conv_local_stride1, FLOAT",
    "em_conv_local_stride1, DOUBLE",
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
    boolean local = file.contains("local");
    int stride = file.endsWith("stride1") ? 1 : 2;
    ConvCapsules2d layer =
        golden.filled(
            new ConvCapsules2d(
                Shape.of(Arrays.copyOfRange(pose.shape(), 1, 5)),
                w[3],
                16,
                3,
                Conv2dSpec.UNIT.withStride(stride),
                new PoseVotes(),
                local ? new LocalEmRouting(3) : new EmRouting(3),
                golden.init()));
    golden.assertCapsules(layer, pose, a);
    golden.golden.assertClose("pose_in_grad", pose.gradient());
    golden.golden.assertClose("a_in_grad", a.gradient());
    if (!local) {
      Capsules in = new Capsules(pose, a);
      int side = stride == 1 ? 3 : 2;
      INDArray votes = layer.votes(in).value().reshape(2, w[0], 3, 3, w[3], 16, side, side);
      golden.golden.assertClose("votes", votes.permute(0, 1, 4, 2, 3, 6, 7, 5));
      INDArray r = layer.coupling(in).value().reshape(2, w[0], 3, 3, w[3], side, side);
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
                new EmRouting(3),
                golden.init()));
    golden.assertCapsules(layer, pose, a);
    golden.golden.assertClose("pose_in_grad", pose.gradient());
    golden.golden.assertClose("a_in_grad", a.gradient());
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void selfAttentionRouting(DataType type) {
    assertRoutedByPose("self_attention_routing", type, new SelfAttentionRouting(), "prior");
  }

  /** With the bias that the authors' code has, and without, as in the paper's equation. */
  @ParameterizedTest
  @CsvSource({
    "self_routing_bias, FLOAT",
    "self_routing_bias, DOUBLE",
    "self_routing, FLOAT",
    "self_routing, DOUBLE"
  })
  void selfRouting(String file, DataType type) {
    Map<String, String> names = new TreeMap<>(Map.of("weight", "W_vote", "route", "W_route"));
    if (file.endsWith("bias")) {
      names.put("prior", "b_route");
    }
    Case golden = new Case(file, type, names);
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
  @CsvSource({"1, FLOAT", "1, DOUBLE", "3, FLOAT", "3, DOUBLE"})
  void attentionOfAStackThatIsRoutedTogether(int iterations, DataType type) {
    Case golden =
        new Case(
            "inverted_attention_" + iterations,
            type,
            Map.of(
                "0.weight", "W1",
                "0.gamma", "gamma1",
                "0.beta", "beta1",
                "1.weight", "W2",
                "1.gamma", "gamma2",
                "1.beta", "beta2",
                "1.readout", "fc_w"));
    Variable u = golden.leaf("u");
    CapsuleLayer first =
        new CapsuleLayer(
            Shape.of(6, 5),
            4,
            4,
            new DenseVotes(),
            new AttentionRouting(iterations, false),
            golden.init());
    CapsuleLayer second =
        new CapsuleLayer(
            first.output(),
            3,
            6,
            new DenseVotes(),
            new AttentionRouting(iterations),
            golden.init());
    AttentionStack stack =
        golden.filled(
            new AttentionStack(
                Chain.<Capsules>start(first.input()).then(at -> first).then(at -> second)));
    List<Capsules> all = stack.forwardAll(Capsules.ofLength(u));
    Variable hidden = all.get(0).pose();
    Variable classes = all.get(1).pose();
    golden.golden.assertClose("parents1", hidden.value());
    golden.golden.assertClose("parents2", classes.value());
    Variable scores =
        Variable.einsum("bjd,d->bj", classes, stack.parameters().get("1.readout").variable());
    Variable logits = scores.plus(golden.golden.number("fc_b"));
    golden.golden.assertClose("logits", logits.value());
    golden
        .weighted("upstream_parents1", hidden)
        .plus(golden.weighted("upstream_parents2", classes))
        .plus(golden.weighted("upstream_logits", logits))
        .backward();
    golden.golden.assertClose("u_grad", u.gradient());
    golden.assertGradients(stack);
    INDArray probabilities = logits.softmax(1).value();
    assertThat(all.get(1).activation().value().equalsWithEps(probabilities, 1e-6)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "deepcaps_3d_routing, FLOAT",
    "deepcaps_3d_routing, DOUBLE",
    "deepcaps_3d_routing_code, FLOAT",
    "deepcaps_3d_routing_code, DOUBLE"
  })
  void deepCapsRouting(String file, DataType type) {
    Case golden = new Case(file, type, Map.of("weight", "W", "bias", "bias"));
    Variable u = golden.leaf("u");
    CapsuleLayer layer =
        golden.filled(
            new CapsuleLayer(
                Shape.of(3, 2, 5, 4),
                2,
                4,
                new ConvVotes(3, Conv2dSpec.UNIT.withPadding(1)),
                new DeepCapsRouting(3, file.endsWith("code")),
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
    assertRoutedByPose("fan_in_routing", type, new FanInRouting(3));
    assertCoupling("fan_in_routing", type, new FanInRouting(3));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void leakyRouting(DataType type) {
    Routing leaky = new DynamicRouting(3).withoutBias().withLeak();
    assertRoutedByPose("leaky_routing", type, leaky);
    assertCoupling("leaky_routing", type, leaky);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void uniformRoutingByOneMatrixAnOutputCapsule(DataType type) {
    Case golden = new Case("shared_matrix_capsules", type, Map.of("weight", "W"));
    Variable u = golden.leaf("u");
    CapsuleLayer layer =
        golden.filled(
            new CapsuleLayer(
                Shape.of(6, 5),
                3,
                4,
                new DenseVotes(Sharing.ALL, false),
                new UniformRouting(),
                golden.init()));
    Variable v = layer.forward(Capsules.ofLength(u)).pose();
    golden.golden.assertClose("v", v.value());
    v.backward(golden.golden.get("upstream", type));
    golden.golden.assertClose("u_grad", u.gradient());
    golden.assertGradients(layer);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void heinsenRouting(DataType type) {
    Routing routing = new HeinsenRouting(3);
    RoutingInput in =
        assertRouted("heinsen_routing", type, routing, "bias", "beta_use", "beta_ign");
    Golden.read("heinsen_routing").assertClose("coupling", routing.coupling(in).value());
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void variationalBayesRouting(DataType type) {
    Routing routing = new VariationalBayesRouting(3);
    String file = "variational_bayes_routing";
    RoutingInput in = assertRouted(file, type, routing, "beta_u", "beta_a");
    Golden.read(file).assertClose("coupling", routing.coupling(in).value());
  }
}
