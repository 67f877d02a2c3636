package org.capsnet.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Convolution;
import org.capsnet.autograd.OneHot;
import org.capsnet.autograd.Pooling;
import org.capsnet.autograd.Tracing;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.ExponentialSquash;
import org.capsnet.model.Network;
import org.capsnet.testing.OnnxSession;
import org.capsnet.testing.SmallNetworks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Each operation, with each of its settings, is the operator of ONNX that it is written as. */
class OperatorsTest {

  @TempDir private Path folder;

  private static Variable numbers(long... shape) {
    Random random = new Random(7);
    INDArray all = Nd4j.zeros(DataType.FLOAT, shape);
    for (long i = 0; i < all.length(); i++) {
      all.putScalar(i, random.nextDouble() * 2 - 1);
    }
    return Variable.constant(all);
  }

  /** Of {@code [batch, 1, 16, 16]}, from 0 to 1. */
  private static Map<String, UnaryOperator<Variable>> operations() {
    Map<String, UnaryOperator<Variable>> all = new LinkedHashMap<>();
    all.put("plus", x -> x.plus(numbers(16, 1)).plus(0.25).plus(x));
    all.put("minus", x -> x.minus(numbers(16)).minus(0.5));
    all.put("times", x -> x.times(numbers(1, 3, 1, 16)).times(-3));
    all.put("dividedBy", x -> x.dividedBy(x.plus(1)).dividedBy(7));
    all.put("negate", Variable::negate);
    all.put("exp", Variable::exp);
    all.put("log", x -> x.plus(0.1).log());
    all.put("sqrt", x -> x.plus(0.1).sqrt());
    all.put("square", Variable::square);
    all.put("pow", x -> x.plus(0.1).pow(-1.5));
    all.put("abs", x -> x.minus(0.5).abs());
    all.put("relu", x -> x.minus(0.5).relu());
    all.put("leakyRelu", x -> x.minus(0.5).leakyRelu(0.1));
    all.put(
        "sigmoid",
        x -> Variable.concat(1, x.times(9).minus(4).sigmoid(), x.times(-25).sigmoid().log()));
    all.put("tanh", x -> x.minus(0.5).tanh());
    all.put("clamp", x -> x.clamp(0.3, 0.4));
    all.put("clamp below", x -> x.clamp(0.3, Double.POSITIVE_INFINITY));
    all.put("sum", x -> x.sum(2, 3));
    all.put("sum kept", x -> x.sum(true, -1));
    all.put("sum of all", x -> x.slice(0, 0, 1).sum());
    all.put("mean", x -> x.mean(true, 1, 2));
    all.put("max", x -> x.max(1, 3));
    all.put("max kept", x -> x.max(true, 2));
    all.put("softmax", x -> x.times(5).softmax(-1));
    all.put("softmax of rows", x -> x.times(5).softmax(2));
    all.put("logSoftmax", x -> x.times(5).logSoftmax(3));
    all.put("norm", x -> x.norm(true, 1e-8, 2));
    all.put("reshape", x -> x.reshape(x.size(0), 8, 32));
    all.put("reshape joined", x -> x.reshape(-1, 4));
    all.put("reshape apart", x -> x.reshape(-1, 4).reshape(x.size(0), 8, 2, 16));
    all.put("permute", x -> x.permute(3, 1, 0, 2));
    all.put("transpose", x -> x.transpose(2, 3));
    all.put("slice", x -> x.slice(2, 3, 7).slice(-1, 0, 1));
    all.put("concat", x -> Variable.concat(1, x, x.times(2), x));
    all.put("matmul", x -> x.matmul(x.transpose(2, 3)));
    all.put("einsum", x -> Variable.einsum("bcij,kj->bik", x, numbers(5, 16)));
    all.put("detach", x -> Variable.constant(x.times(2).value()).plus(x.detach()));
    all.put("largest", x -> OneHot.ofLargest(x.reshape(x.size(0), 16, 16)));
    all.put("largest of a list", x -> OneHot.ofLargest(x.reshape(x.size(0), 256)));
    Conv2dSpec spec = new Conv2dSpec(2, 1, 1, 2, 1, 3, 1);
    all.put("conv2d", x -> Convolution.conv2d(x, numbers(4, 1, 3, 2), numbers(4), spec));
    all.put(
        "conv2dRelu",
        x ->
            Convolution.conv2dRelu(
                pair(x), numbers(4, 1, 3, 3), null, Conv2dSpec.UNIT.withGroups(2)));
    all.put(
        "convTranspose2d",
        x -> Convolution.convTranspose2d(x, numbers(1, 2, 3, 2), numbers(2), spec, 0));
    all.put(
        "convTranspose2d padded",
        x ->
            Convolution.convTranspose2d(
                pair(x),
                numbers(2, 2, 3, 3),
                null,
                Conv2dSpec.UNIT.withStride(3).withPadding(1).withGroups(2),
                2));
    all.put("unfold", x -> Convolution.unfold(pair(x), 3, 2, spec));
    all.put("maxpool2d", x -> Pooling.max2d(x.minus(2), 3, 2, 1));
    all.put("avgpool2d", x -> Pooling.average2d(x, 3, 2, 1));
    all.put("constant of each", x -> x.plus(ones(x, 1, 1, 1)));
    all.put("constant of all", x -> Variable.concat(2, x, ones(x, 1, 2, 16)));
    all.put("constant repeated", OperatorsTest::places);
    return all;
  }

  private static Variable pair(Variable x) {
    return Variable.concat(1, x, x.times(0.5).minus(0.3));
  }

  private static Variable ones(Variable x, long... shape) {
    return Variable.constant(Nd4j.ones(DataType.FLOAT, x.size(0), shape[0], shape[1], shape[2]));
  }

  /** The same 16 rows for each sample, one after the other. */
  private static Variable places(Variable x) {
    INDArray rows = Nd4j.arange(16).castTo(DataType.FLOAT).reshape(16, 1);
    INDArray all = Nd4j.tile(rows, (int) x.size(0), 1);
    return x.reshape(-1, 16).plus(Variable.constant(all));
  }

  @Test
  void eachIsTheOperatorThatItIsWrittenAs() throws Exception {
    Network<?> net = SmallNetworks.all().get(0).build(1);
    net.eval();
    Path file = folder.resolve("operations.onnx");
    OnnxModel.export(
        net,
        file,
        Map.of(),
        x -> {
          Map<String, Variable> outputs = new LinkedHashMap<>();
          operations().forEach((name, operation) -> outputs.put(name, operation.apply(x)));
          return outputs;
        });
    try (OnnxSession session = OnnxSession.of(file)) {
      for (int batch : new int[] {1, 2, 5}) {
        Variable x = Variable.constant(numbers(batch, 1, 16, 16).abs().value());
        Map<String, INDArray> got = session.run(x.value());
        operations()
            .forEach(
                (name, operation) -> {
                  INDArray expected = operation.apply(x).value();
                  assertThat(got.get(name).shape()).as(name).containsExactly(expected.shape());
                  assertThat(got.get(name).sub(expected).amaxNumber().doubleValue())
                      .as("%s of %d", name, batch)
                      .isLessThan(1e-5 * Math.max(1, expected.amaxNumber().doubleValue()));
                });
      }
    }
  }

  /** An operator that nothing was ever written as would not have been checked. */
  @Test
  void noOtherOperatorIsThere() {
    Set<String> written = new TreeSet<>();
    Tracing.of(
        () -> {
          Variable x = Variable.constant(numbers(2, 1, 16, 16).abs().value());
          operations()
              .values()
              .forEach(
                  operation ->
                      Variable.computedBefore(operation.apply(x))
                          .forEach(made -> written.add(made.operation())));
          return x;
        });
    written.remove(Trace.CONSTANT);
    // Those of a grid, which the networks of OnnxModelTest have.
    written.addAll(Set.of("reached", "largestReached"));
    assertThat(new Operators(new GraphBuilder(), "x").names()).isEqualTo(written);
  }

  /** The compositions that take the place of operations of this library's own. */
  @Test
  void composedOperationsAreWhatTheyStandFor() {
    Map<String, UnaryOperator<Variable>> own = new TreeMap<>();
    own.put("squash", x -> new ExponentialSquash().squash(x.minus(0.5).times(30)));
    own.put("short", x -> new ExponentialSquash().squash(x.times(1e-6)));
    own.put("length", x -> Capsules.ofLength(unit(x)).activation());
    own.put("unsquashed", x -> Capsules.ofLength(x.times(9)).activation());
    Variable x = Variable.constant(numbers(3, 7, 16).abs().value());
    own.forEach(
        (name, operation) -> {
          INDArray expected = operation.apply(x).value();
          INDArray composed = Tracing.of(() -> operation.apply(x)).value();
          assertThat(composed.sub(expected).amaxNumber().doubleValue()).as(name).isLessThan(2e-5);
        });
    INDArray lengths = Tracing.of(() -> own.get("length").apply(x)).value();
    assertThat(lengths.maxNumber().doubleValue()).isEqualTo(1);
  }

  private static Variable unit(Variable x) {
    return x.dividedBy(x.norm(true, 0, 2).times(0.999999));
  }
}
