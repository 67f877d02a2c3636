package org.capsnet.capsule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.kernel.Kernels;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.Golden;
import org.capsnet.testing.Unsquashed;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Votes that PyTorch computed, and layers of them. */
class GoldenVotesTest {

  /** A layer whose parameters are those of a golden file, by their names there. */
  private static CapsuleLayer layer(
      Golden golden,
      Shape in,
      long out,
      long outDim,
      Votes votes,
      Routing routing,
      DataType type,
      Map<String, String> names) {
    CapsuleLayer layer = new CapsuleLayer(in, out, outDim, votes, routing, Init.seed(1).type(type));
    assertThat(layer.parameters().keySet()).isEqualTo(names.keySet());
    names.forEach(
        (own, theirs) -> layer.parameters().get(own).value().assign(golden.get(theirs, type)));
    return layer;
  }

  private static void assertGradients(
      Golden golden, CapsuleLayer layer, Map<String, String> names) {
    names.forEach(
        (own, theirs) ->
            golden.assertClose(
                theirs + "_grad", layer.parameters().get(own).variable().gradient()));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void poseTimesMatrix(DataType type) {
    Golden golden = Golden.read("matrix_votes");
    Map<String, String> names = Map.of("weight", "W");
    CapsuleLayer layer =
        layer(
            golden,
            Shape.of(5, 16),
            3,
            16,
            new PoseVotes(),
            in -> Capsules.ofLength(in.votes().mean(1)),
            type,
            names);
    Variable pose = Variable.leaf(golden.get("pose_in", type));
    Variable votes = layer.votes(Capsules.ofLength(pose));
    golden.assertClose("votes", votes.value());
    votes.backward(golden.get("upstream", type));
    golden.assertClose("pose_in_grad", pose.gradient());
    assertGradients(golden, layer, names);
  }

  /** No routing at all: each input capsule gives equal parts of its vote. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void oneMatrixForAllInputCapsules(DataType type) {
    Golden golden = Golden.read("shared_matrix_capsules");
    Map<String, String> names = Map.of("weight", "W");
    Routing uniform =
        in ->
            Capsules.ofLength(
                new SabourSquash()
                    .squash(
                        Variable.einsum(
                            "bij,bijd->bjd",
                            in.reach().uniform(in.votes().size(2), in.type()),
                            in.votes())));
    CapsuleLayer layer =
        layer(
            golden, Shape.of(6, 5), 3, 4, new DenseVotes(Sharing.ALL, false), uniform, type, names);
    Variable u = Variable.leaf(golden.get("u", type));
    Variable v = layer.forward(Capsules.ofLength(u)).pose();
    golden.assertClose("v", v.value());
    v.backward(golden.get("upstream", type));
    golden.assertClose("u_grad", u.gradient());
    assertGradients(golden, layer, names);
  }

  /** In evaluation; the statistics of batch normalization are those of the file. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void elementByElement(DataType type) {
    Golden golden = Golden.read("hvc_capsules_eval");
    Variable mean = Variable.constant(golden.get("running_mean", type));
    Variable deviation = Variable.constant(golden.get("running_var", type)).plus(1e-3).sqrt();
    Variable beta = Variable.leaf(golden.get("beta", type));
    Routing normalized =
        in -> Unsquashed.of(in.votes().sum(1).minus(mean).dividedBy(deviation).plus(beta).relu());
    Map<String, String> names = Map.of("weight", "W");
    CapsuleLayer layer =
        layer(golden, Shape.of(6, 4), 5, 4, new ElementVotes(), normalized, type, names);
    Variable u = Variable.leaf(golden.get("u", type));
    Capsules out = layer.forward(Capsules.ofLength(u));
    golden.assertClose("v", out.pose().value());
    Variable score = out.pose().norm(false, Capsules.EPSILON, 2);
    golden.assertClose("score", score.value());
    Variable.constant(golden.get("upstream_v", type))
        .times(out.pose())
        .sum()
        .plus(Variable.constant(golden.get("upstream_score", type)).times(score).sum())
        .backward();
    golden.assertClose("u_grad", u.gradient());
    golden.assertClose("beta_grad", beta.gradient());
    assertGradients(golden, layer, names);
  }

  @ParameterizedTest
  @CsvSource({
    "segcaps_layer, FLOAT",
    "segcaps_layer, DOUBLE",
    "segcaps_layer_stride2_per_type, FLOAT",
    "segcaps_layer_stride2_per_type, DOUBLE",
    "segcaps_transposed, FLOAT",
    "segcaps_transposed, DOUBLE",
    "segcaps_transposed_per_type, FLOAT",
    "segcaps_transposed_per_type, DOUBLE"
  })
  void aConvolutionOfEachType(String file, DataType type) {
    Golden golden = Golden.read(file);
    Conv2dSpec spec = Conv2dSpec.UNIT.withStride((int) golden.number("stride")).withPadding(1);
    Sharing sharing = file.endsWith("per_type") ? Sharing.TYPE : Sharing.ALL;
    Votes votes =
        file.contains("transposed")
            ? new DeconvVotes(4, spec, 0, sharing)
            : new ConvVotes(3, spec, sharing);
    Map<String, String> names = Map.of("weight", "W", "bias", "bias");
    CapsuleLayer layer =
        layer(golden, Shape.of(3, 2, 5, 4), 2, 4, votes, new DynamicRouting(3), type, names);
    Variable u = Variable.leaf(golden.get("u", type));
    Variable v = layer.forward(Capsules.ofLength(u)).pose();
    assertThat(v.operation().equals("gridRouting")).isEqualTo(Kernels.fused(type));
    golden.assertClose("v", v.value());
    v.backward(golden.get("upstream", type));
    golden.assertClose("u_grad", u.gradient());
    assertGradients(golden, layer, names);
  }
}
