package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.capsnet.autograd.Variable;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Against the equations in double precision. */
class FanInKernelTest {

  private static final List<VoteCase.Form> FORMS =
      List.of(VoteCase.Form.MATRICES, VoteCase.Form.POSES, VoteCase.Form.SHARED_POSES);

  static Stream<VoteLoops> loops() {
    return Stream.of(Simd.VOTES, new PlainVoteLoops());
  }

  private static Variable capsules(Variable c, Variable votes) {
    Variable s = Variable.einsum("bij,bijd->bjd", c, votes);
    Variable n2 = s.square().sum(true, -1);
    Variable scale = n2.dividedBy(n2.plus(1)).dividedBy(n2.plus(1e-8).sqrt());
    return s.times(scale);
  }

  private static Variable routed(Variable votes, int iterations) {
    INDArray zeros = Nd4j.zeros(DataType.DOUBLE, votes.size(0), votes.size(1), votes.size(2));
    Variable b = Variable.constant(zeros);
    for (int t = 1; t < iterations; t++) {
      b = b.plus(Variable.einsum("bijd,bjd->bij", votes, capsules(b.softmax(1), votes)));
    }
    return capsules(b.softmax(1), votes);
  }

  /** What is made, and the gradients of all operands. */
  private static List<INDArray> expected(VoteCase votes, int iterations, INDArray upstream) {
    List<Variable> leaves = votes.operands().stream().map(Variable::leaf).toList();
    Variable made = routed(votes.votes(leaves), iterations);
    made.backward(upstream);
    List<INDArray> results = new ArrayList<>(List.of(made.value()));
    leaves.forEach(leaf -> results.add(leaf.gradient()));
    return results;
  }

  private static List<INDArray> run(
      VoteCase votes, int iterations, INDArray upstream, VoteLoops loops, int workers) {
    FanInKernel kernel = new FanInKernel(votes.real(), iterations, loops, workers);
    List<INDArray> results = new ArrayList<>(List.of(kernel.forward()));
    results.addAll(kernel.backward(upstream.castTo(DataType.FLOAT)));
    return results;
  }

  private static INDArray upstream(Random random, VoteCase votes, long out) {
    return GradientCheck.random(random, votes.operands().get(0).size(0), out, votes.dim());
  }

  private static void assertAgrees(
      Random random, VoteCase votes, long out, int iterations, VoteLoops loops, double tolerance) {
    INDArray upstream = upstream(random, votes, out);
    List<INDArray> expected = expected(votes, iterations, upstream);
    List<INDArray> actual = run(votes, iterations, upstream, loops, 2);
    assertThat(actual).hasSameSizeAs(expected);
    for (int k = 0; k < expected.size(); k++) {
      assertThat(actual.get(k).shape()).isEqualTo(expected.get(k).shape());
      assertThat(Numbers.difference(actual.get(k), expected.get(k)))
          .as("result %d of %s, %d iterations", k, votes, iterations)
          .isLessThan(tolerance * Numbers.size(expected.get(k)) + 1e-9);
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void agreesWithTheEquationsWhateverTheSizes(VoteLoops loops) {
    Random random = new Random(41);
    for (int round = 0; round < 90; round++) {
      long in = round % 10 == 1 ? 1 : round % 10 == 2 ? 37 : 2 + random.nextInt(9);
      long out = round % 7 == 1 ? 1 : 1 + random.nextInt(5);
      long samples = round % 9 == 0 ? 70 : 1 + random.nextInt(9);
      VoteCase votes = VoteCase.random(random, FORMS.get(round % 3), samples, in, out);
      assertAgrees(random, votes, out, 1 + random.nextInt(5), loops, 3e-4);
    }
  }

  /** Several groups and parts, of which the last is not full. */
  @ParameterizedTest
  @MethodSource("loops")
  void isTheSameToTheLastBitByAnyNumberOfWorkers(VoteLoops loops) {
    Random random = new Random(4);
    VoteCase votes = VoteCase.random(random, VoteCase.Form.POSES, 133, 19, 4);
    INDArray upstream = upstream(random, votes, 4);
    List<INDArray> byOne = run(votes, 3, upstream, loops, 1);
    for (int workers : new int[] {2, 3, 40}) {
      List<INDArray> byMany = run(votes, 3, upstream, loops, workers);
      for (int k = 0; k < byOne.size(); k++) {
        assertThat(Numbers.of(byMany.get(k))).isEqualTo(Numbers.of(byOne.get(k)));
      }
    }
  }

  /** Far from each other, so that attention is all for one vote, near 0, and all the same. */
  @ParameterizedTest
  @MethodSource("loops")
  void isRightForLargeSmallAndIdenticalVotes(VoteLoops loops) {
    for (double size : new double[] {1e4, 1e-4, 0}) {
      Random random = new Random(7);
      INDArray u = GradientCheck.random(random, 5, 9, 4);
      INDArray weight = GradientCheck.random(random, 9, 3, 6, 4);
      assertAgrees(random, VoteCase.matrices(u, weight.mul(size)), 3, 3, loops, 3e-3);
      for (int i = 1; i < 9; i++) {
        u.slice(i, 1).assign(u.slice(0, 1));
        weight.slice(i).assign(weight.slice(0));
      }
      assertAgrees(random, VoteCase.matrices(u, weight.mul(size)), 3, 3, loops, 1e-3);
    }
  }

  /** Of the sample and the output capsule that it votes for, and of no other. */
  @ParameterizedTest
  @MethodSource("loops")
  void voteThatIsNaNShowsInItsCapsule(VoteLoops loops) {
    Random random = new Random(11);
    INDArray weight = GradientCheck.random(random, 9, 3, 6, 4);
    weight.putScalar(new int[] {5, 1, 2, 0}, Double.NaN);
    VoteCase votes = VoteCase.matrices(GradientCheck.random(random, 2, 9, 4), weight);
    double[] made = Numbers.of(new FanInKernel(votes.real(), 3, loops, 1).forward());
    for (int x = 0; x < made.length; x++) {
      assertThat(Double.isNaN(made[x])).as("number %d", x).isEqualTo(x / 6 % 3 == 1);
    }
  }

  /** Not even by the memory that is used again. */
  @ParameterizedTest
  @MethodSource("loops")
  void gradientsThatAreNaNDoNotComeAgain(VoteLoops loops) {
    Random random = new Random(12);
    VoteCase votes = VoteCase.random(random, VoteCase.Form.MATRICES, 5, 21, 3);
    INDArray upstream = upstream(random, votes, 3);
    List<INDArray> first = run(votes, 3, upstream, loops, 1);
    INDArray noNumber = upstream.dup().putScalar(0, Double.NaN);
    List<INDArray> spoilt = run(votes, 3, noNumber, loops, 1);
    assertThat(Arrays.stream(Numbers.of(spoilt.get(2))).anyMatch(Double::isNaN)).isTrue();
    List<INDArray> again = run(votes, 3, upstream, loops, 1);
    for (int k = 0; k < first.size(); k++) {
      assertThat(Numbers.of(again.get(k))).isEqualTo(Numbers.of(first.get(k)));
    }
  }

  /**
   * In plain loops, since the Vector API allocates its vectors until it is compiled, and in sizes
   * of which no memory is waiting to be used again.
   */
  @Test
  void usesTheScratchMemoryThatItDeclares() {
    Random random = new Random(13);
    VoteCase warm = VoteCase.random(random, VoteCase.Form.POSES, 2, 9, 2);
    run(warm, 3, upstream(random, warm, 2), new PlainVoteLoops(), 1);
    int in = 180;
    for (VoteCase.Form form : FORMS) {
      in += Gemm.LANES;
      VoteCase votes = VoteCase.random(random, form, 70, in, 9);
      INDArray g = upstream(random, votes, 9).castTo(DataType.FLOAT);
      long declared =
          FanInKernel.scratchBytes(
              70, in, 9, (int) votes.dim(), 3, votes.pose(), votes.matrix(), 1);
      double made =
          Allocations.of(
              () -> {
                FanInKernel kernel = new FanInKernel(votes.real(), 3, new PlainVoteLoops(), 1);
                kernel.forward();
                kernel.backward(g);
              });
      assertThat(made / declared).as("%s", votes).isBetween(0.7, 1.3);
    }
  }

  @Test
  void saysWhatItDoesNotTake() {
    VoteOperands given = VoteOperands.given(Nd4j.zeros(DataType.FLOAT, 1, 2, 3, 4));
    assertThatThrownBy(() -> new FanInKernel(given, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("votes: expected products of poses and matrices, got given ones");
  }
}
