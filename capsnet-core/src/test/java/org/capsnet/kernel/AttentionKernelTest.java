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

/** Against the equations of both papers in double precision. */
class AttentionKernelTest {

  static Stream<VoteLoops> loops() {
    return Stream.of(Simd.VOTES, new PlainVoteLoops());
  }

  private static final List<VoteCase.Form> FORMS =
      List.of(VoteCase.Form.MATRICES, VoteCase.Form.POSES, VoteCase.Form.SHARED_POSES);

  /** Which routing. */
  enum Kind {
    SELF_ATTENTION,
    ATTENTION,
    ATTENTION_FROM_POSES
  }

  /** Sizes, and operands in double precision: those of the votes, and the others in their order. */
  private record Problem(Kind kind, VoteCase votes, List<INDArray> others, int iterations) {

    static Problem random(
        Random random, Kind kind, VoteCase.Form form, long samples, long in, long out) {
      VoteCase votes = VoteCase.random(random, form, samples, in, out);
      long dim = votes.dim();
      List<INDArray> others = new ArrayList<>();
      if (kind == Kind.SELF_ATTENTION) {
        others.add(GradientCheck.random(random, in, out).muli(0.3));
      } else {
        if (kind == Kind.ATTENTION_FROM_POSES) {
          others.add(GradientCheck.random(random, samples, out, dim));
        }
        others.add(GradientCheck.random(random, dim).addi(1));
        others.add(GradientCheck.random(random, dim));
      }
      return new Problem(kind, votes, others, 2);
    }

    /** Self-attention has no iterations but the sum and what follows it. */
    Problem times(int number) {
      return new Problem(kind, votes, others, kind == Kind.SELF_ATTENTION ? 2 : number);
    }

    /** Other votes of the same sizes. */
    Problem with(INDArray u, INDArray weight) {
      return new Problem(kind, VoteCase.matrices(u, weight), others, iterations);
    }

    INDArray u() {
      return votes.operands().get(0);
    }

    INDArray weight() {
      return votes.operands().get(1);
    }

    private static Variable sum(Variable c, Variable votes) {
      return Variable.einsum("bij,bijd->bjd", c, votes);
    }

    private static Variable softmax(Variable votes, Variable poses) {
      return Variable.einsum("bijd,bjd->bij", votes, poses)
          .dividedBy(Math.sqrt((double) votes.size(3)))
          .softmax(-1);
    }

    private static Variable normalized(Variable s, Variable gamma, Variable beta) {
      Variable off = s.minus(s.mean(true, 2));
      Variable variance = off.square().mean(true, 2).plus(1e-5);
      return off.dividedBy(variance.sqrt()).times(gamma).plus(beta);
    }

    /** The paper's equations. */
    private Variable poses(Variable u, List<Variable> more) {
      if (kind == Kind.SELF_ATTENTION) {
        return sum(softmax(u, u.sum(1)).plus(more.get(0)), u);
      }
      Variable gamma = more.get(more.size() - 2);
      Variable beta = more.get(more.size() - 1);
      boolean directed = kind == Kind.ATTENTION_FROM_POSES;
      Variable p =
          directed
              ? normalized(sum(softmax(u, more.get(0)), u), gamma, beta)
              : normalized(u.sum(1).dividedBy((double) u.size(2)), gamma, beta);
      for (int t = 1; t < iterations; t++) {
        p = normalized(sum(softmax(u, p), u), gamma, beta);
      }
      return p;
    }

    /** What is made, and the gradients of all operands. */
    List<INDArray> expected(INDArray upstream) {
      List<Variable> leaves = new ArrayList<>();
      votes.operands().forEach(x -> leaves.add(Variable.leaf(x)));
      List<Variable> more = others.stream().map(Variable::leaf).toList();
      Variable made = poses(votes.votes(leaves), more);
      made.backward(upstream);
      leaves.addAll(more);
      List<INDArray> results = new ArrayList<>(List.of(made.value()));
      leaves.forEach(leaf -> results.add(leaf.gradient()));
      return results;
    }

    AttentionKernel kernel(VoteLoops loops, int workers) {
      List<INDArray> more = others.stream().map(Problem::real).toList();
      AttentionOperands operands =
          switch (kind) {
            case SELF_ATTENTION -> AttentionOperands.summed(votes.real(), more.get(0));
            case ATTENTION ->
                AttentionOperands.normalized(votes.real(), null, more.get(0), more.get(1));
            case ATTENTION_FROM_POSES ->
                AttentionOperands.normalized(votes.real(), more.get(0), more.get(1), more.get(2));
          };
      return new AttentionKernel(operands, iterations, loops, workers);
    }

    List<INDArray> run(INDArray upstream, VoteLoops loops, int workers) {
      AttentionKernel kernel = kernel(loops, workers);
      List<INDArray> results = new ArrayList<>(List.of(kernel.forward()));
      results.addAll(kernel.backward(real(upstream)));
      return results;
    }

    private static INDArray real(INDArray array) {
      return array.castTo(DataType.FLOAT);
    }

    INDArray upstream(Random random) {
      return GradientCheck.random(random, u().size(0), weight().size(1), votes.dim());
    }

    void assertAgrees(Random random, VoteLoops loops, double tolerance) {
      INDArray upstream = upstream(random);
      List<INDArray> expected = expected(upstream);
      List<INDArray> actual = run(upstream, loops, 2);
      assertThat(actual).hasSameSizeAs(expected);
      for (int k = 0; k < expected.size(); k++) {
        double size = Numbers.size(expected.get(k));
        assertThat(actual.get(k).shape()).isEqualTo(expected.get(k).shape());
        assertThat(Numbers.difference(actual.get(k), expected.get(k)))
            .as("result %d of %s %s, %d iterations", k, kind, votes, iterations)
            .isLessThan(tolerance * size + 1e-9);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void agreesWithTheEquationsWhateverTheSizes(VoteLoops loops) {
    Random random = new Random(31);
    for (int round = 0; round < 120; round++) {
      Kind kind = Kind.values()[round % 3];
      VoteCase.Form form = FORMS.get(round / 3 % FORMS.size());
      long in = round % 10 == 1 ? 1 : round % 10 == 2 ? 37 : 2 + random.nextInt(9);
      long out = round % 7 == 1 ? 1 : 1 + random.nextInt(5);
      long samples = round % 9 == 0 ? 70 : 1 + random.nextInt(9);
      Problem.random(random, kind, form, samples, in, out)
          .times(1 + random.nextInt(4))
          .assertAgrees(random, loops, 3e-4);
    }
  }

  /** Several groups and parts, of which the last is not full. */
  @ParameterizedTest
  @MethodSource("loops")
  void isTheSameToTheLastBitByAnyNumberOfWorkers(VoteLoops loops) {
    Random random = new Random(4);
    for (Kind kind : Kind.values()) {
      Problem problem = Problem.random(random, kind, VoteCase.Form.POSES, 133, 19, 4);
      INDArray upstream = problem.upstream(random);
      List<INDArray> byOne = problem.run(upstream, loops, 1);
      for (int workers : new int[] {2, 3, 40}) {
        List<INDArray> byMany = problem.run(upstream, loops, workers);
        for (int k = 0; k < byOne.size(); k++) {
          assertThat(Numbers.of(byMany.get(k))).isEqualTo(Numbers.of(byOne.get(k)));
        }
      }
    }
  }

  /**
   * Far from each other, so that a division is by all or nothing, and near 0. In self-attention of
   * large votes what an input capsule has for two output capsules must not be nearly the same: then
   * the rounding of a float decides.
   */
  @ParameterizedTest
  @MethodSource("loops")
  void isRightForLargeAndForSmallVotes(VoteLoops loops) {
    for (Kind kind : Kind.values()) {
      for (double size : new double[] {1e4, 1e-4}) {
        Random random = new Random(7);
        Problem problem = Problem.random(random, kind, VoteCase.Form.MATRICES, 5, 9, 3);
        problem.with(problem.u(), problem.weight().mul(size)).assertAgrees(random, loops, 3e-3);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void isRightForIdenticalVotes(VoteLoops loops) {
    for (Kind kind : Kind.values()) {
      Random random = new Random(9);
      Problem problem = Problem.random(random, kind, VoteCase.Form.MATRICES, 5, 9, 3);
      for (int i = 1; i < problem.weight().size(0); i++) {
        problem.u().slice(i, 1).assign(problem.u().slice(0, 1));
        problem.weight().slice(i).assign(problem.weight().slice(0));
      }
      problem.assertAgrees(random, loops, 1e-3);
      problem.with(problem.u().mul(0), problem.weight()).assertAgrees(random, loops, 1e-3);
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void poseOfOneNumberIsItsShift(VoteLoops loops) {
    Random random = new Random(10);
    INDArray u = GradientCheck.random(random, 3, 5, 4);
    Problem problem =
        new Problem(
            Kind.ATTENTION,
            VoteCase.matrices(u, GradientCheck.random(random, 5, 2, 1, 4)),
            List.of(Nd4j.ones(DataType.DOUBLE, 1), Nd4j.ones(DataType.DOUBLE, 1).muli(0.25)),
            2);
    problem.assertAgrees(random, loops, 1e-6);
    INDArray made = problem.kernel(loops, 1).forward();
    assertThat(Numbers.of(made)).containsOnly(0.25);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void voteThatIsNaNShowsInWhatIsMade(VoteLoops loops) {
    for (Kind kind : Kind.values()) {
      Problem problem = Problem.random(new Random(11), kind, VoteCase.Form.MATRICES, 1, 9, 3);
      problem.u().putScalar(3, Double.NaN);
      INDArray made = problem.kernel(loops, 1).forward();
      assertThat(Arrays.stream(Numbers.of(made)).anyMatch(Double::isNaN)).isTrue();
    }
  }

  /**
   * In plain loops, since the Vector API allocates its vectors until it is compiled, and in sizes
   * of which no memory is waiting to be used again.
   */
  @Test
  void usesTheScratchMemoryThatItDeclares() {
    Random random = new Random(13);
    int in = 180;
    for (Kind kind : Kind.values()) {
      Problem warm = Problem.random(random, kind, VoteCase.Form.POSES, 2, 9, 2);
      warm.run(warm.upstream(random), new PlainVoteLoops(), 1);
      for (VoteCase.Form form : FORMS) {
        in += Gemm.LANES;
        Problem problem = Problem.random(random, kind, form, 70, in, 8);
        INDArray g = Problem.real(problem.upstream(random));
        VoteCase votes = problem.votes;
        long declared =
            AttentionKernel.scratchBytes(
                70, in, 8, (int) votes.dim(), 2, votes.pose(), votes.matrix(), 1);
        AttentionKernel[] kernel = new AttentionKernel[1];
        long forward =
            Allocations.of(
                () -> {
                  kernel[0] = problem.kernel(new PlainVoteLoops(), 1);
                  kernel[0].forward();
                });
        long backward = Allocations.of(() -> kernel[0].backward(g));
        double most = Math.max(forward, backward);
        assertThat(most / declared).as("%s %s", kind, votes).isBetween(0.7, 1.3);
      }
    }
  }

  @Test
  void saysWhatIsWrong() {
    Problem problem = Problem.random(new Random(12), Kind.ATTENTION, VoteCase.Form.POSES, 1, 9, 3);
    assertThatThrownBy(() -> problem.kernel(Simd.VOTES, 1).backward(Nd4j.zeros(1, 3, 4)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("backward before forward");
    AttentionOperands given =
        AttentionOperands.summed(
            VoteOperands.given(Nd4j.zeros(DataType.FLOAT, 1, 2, 3, 4)),
            Nd4j.zeros(DataType.FLOAT, 2, 3));
    assertThatThrownBy(() -> new AttentionKernel(given, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("votes: expected products of poses and matrices, got given ones");
  }
}
