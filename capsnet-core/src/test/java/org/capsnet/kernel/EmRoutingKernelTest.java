package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.CastVotes;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.routing.EmRouting;
import org.capsnet.routing.InverseTemperature;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Against the twin in double precision. */
class EmRoutingKernelTest {

  private static final List<VoteCase.Form> FORMS = List.of(VoteCase.Form.values());

  private static final InverseTemperature TEMPERATURE = new InverseTemperature(0.5, 0.6, 0);

  static Stream<EmLoops> loops() {
    return Stream.of(Simd.EM, new PlainEmLoops());
  }

  /** Sizes, and operands in double precision. */
  private record Problem(
      VoteCase votes,
      long batch,
      long positions,
      INDArray activation,
      List<INDArray> betas,
      int iterations,
      double floor) {

    static Problem random(
        Random random, VoteCase.Form form, long batch, long positions, long in, long out) {
      long samples = batch * positions;
      return new Problem(
          VoteCase.random(random, form, samples, in, out),
          batch,
          positions,
          GradientCheck.random(random, samples, in).muli(0.3).addi(0.5),
          List.of(GradientCheck.random(random, out).muli(0.1), GradientCheck.random(random, out)),
          3,
          1e-3);
    }

    Problem times(int number) {
      return new Problem(votes, batch, positions, activation, betas, number, floor);
    }

    /** Other votes of the same sizes. */
    Problem with(INDArray others, INDArray active, double least) {
      return new Problem(
          VoteCase.given(others), batch, positions, active, betas, iterations, least);
    }

    /** What is made, and the gradients of operands, activations and both costs. */
    List<INDArray> expected(INDArray upstream) {
      List<Variable> leaves = new ArrayList<>();
      votes.operands().forEach(x -> leaves.add(Variable.leaf(x)));
      Variable a = Variable.leaf(activation);
      leaves.add(a);
      betas.forEach(x -> leaves.add(Variable.leaf(x)));
      Variable all = votes.votes(leaves);
      long[] s = all.shape();
      // The voters of a sample are the same at each of its positions.
      CastVotes cast =
          CastVotes.onGrid(
              all.reshape(batch, positions, 1, s[1], s[2], s[3]).permute(0, 3, 4, 5, 1, 2),
              () -> a.reshape(batch, positions, 1, s[1]).permute(0, 3, 1, 2));
      int last = leaves.size() - 1;
      RoutingInput in =
          RoutingInput.of(cast, Map.of("beta_u", leaves.get(last - 1), "beta_a", leaves.get(last)));
      EmRouting routing = new EmRouting(iterations, TEMPERATURE, floor);
      assertThat(routing.routeFused(in)).isEmpty();
      Capsules made = routing.route(in);
      Variable both = Variable.concat(0, made.pose().reshape(-1), made.activation().reshape(-1));
      both.backward(upstream);
      List<INDArray> results = new ArrayList<>(List.of(both.value()));
      leaves.forEach(leaf -> results.add(leaf.gradient()));
      return results;
    }

    EmRoutingKernel kernel(EmLoops loops, int workers) {
      int in = (int) activation.size(1);
      int[] voters = IntStream.range(0, in * (int) positions).map(k -> k % in).toArray();
      List<Double> temperatures =
          IntStream.range(0, iterations)
              .mapToObj(t -> TEMPERATURE.at(t, OptionalLong.empty()))
              .toList();
      return new EmRoutingKernel(
          votes.real(),
          real(activation),
          real(betas.get(0)),
          real(betas.get(1)),
          (int) positions,
          positions == 1 ? null : voters,
          new EmSettings(temperatures, floor),
          loops,
          workers);
    }

    List<INDArray> run(INDArray upstream, EmLoops loops, int workers) {
      EmRoutingKernel kernel = kernel(loops, workers);
      List<INDArray> results = new ArrayList<>(List.of(kernel.forward()));
      EmRoutingKernel.Gradients d = kernel.backward(real(upstream));
      results.addAll(d.votes());
      results.addAll(List.of(d.activation(), d.betaU(), d.betaA()));
      return results;
    }

    private static INDArray real(INDArray array) {
      return array.castTo(DataType.FLOAT);
    }

    INDArray upstream(Random random) {
      long capsules = batch * positions * betas.get(0).length();
      return GradientCheck.random(random, capsules * (votes.dim() + 1));
    }

    void assertAgrees(Random random, EmLoops loops, double tolerance) {
      INDArray upstream = upstream(random);
      List<INDArray> expected = expected(upstream);
      List<INDArray> actual = run(upstream, loops, 2);
      for (int k = 0; k < expected.size(); k++) {
        double size = Numbers.size(expected.get(k));
        assertThat(Numbers.difference(actual.get(k), expected.get(k)))
            .as("result %d of %s, %d iterations", k, votes, iterations)
            .isLessThan(tolerance * size + 1e-9);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void agreesWithItsTwinWhateverTheSizes(EmLoops loops) {
    Random random = new Random(31);
    for (int round = 0; round < 80; round++) {
      VoteCase.Form form = FORMS.get(round % FORMS.size());
      long in = round % 10 == 1 ? 1 : round % 10 == 2 ? 37 : 2 + random.nextInt(9);
      long out = round % 7 == 1 ? 1 : 1 + random.nextInt(5);
      long positions = round % 3 == 0 ? 1 : 1 + random.nextInt(5);
      Problem.random(random, form, 1 + random.nextInt(4), positions, in, out)
          .times(1 + random.nextInt(4))
          .assertAgrees(random, loops, 3e-4);
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void isTheSameToTheLastBitByAnyNumberOfWorkers(EmLoops loops) {
    Random random = new Random(4);
    Problem problem = Problem.random(random, VoteCase.Form.POSES, 21, 3, 19, 4);
    INDArray upstream = problem.upstream(random);
    List<INDArray> byOne = problem.run(upstream, loops, 1);
    for (int workers : new int[] {2, 3, 40}) {
      List<INDArray> byMany = problem.run(upstream, loops, workers);
      for (int k = 0; k < byOne.size(); k++) {
        assertThat(Numbers.of(byMany.get(k))).isEqualTo(Numbers.of(byOne.get(k)));
      }
    }
  }

  /** Near 10,000 a float has three digits behind the point, which votes below hold exactly. */
  @ParameterizedTest
  @MethodSource("loops")
  void isRightForLargeVotesThatAreNearEachOther(EmLoops loops) {
    Random random = new Random(6);
    Problem problem = Problem.random(random, VoteCase.Form.GIVEN, 2, 2, 9, 3);
    INDArray near = Nd4j.zeros(DataType.DOUBLE, problem.votes.operands().get(0).shape());
    double[] numbers = random.ints(near.length(), 0, 1000).mapToDouble(x -> x / 1024.0).toArray();
    near.assign(Nd4j.createFromArray(numbers).reshape(near.shape())).addi(10_000);
    problem.with(near, problem.activation, 1e-3).assertAgrees(random, loops, 3e-3);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void isRightForSmallVotes(EmLoops loops) {
    Random random = new Random(7);
    Problem problem = Problem.random(random, VoteCase.Form.GIVEN, 2, 2, 9, 3);
    INDArray small = problem.votes.operands().get(0).mul(1e-4);
    problem.with(small, problem.activation, 1e-9).assertAgrees(random, loops, 3e-3);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void isRightForVotesThatAreFarFromEachOther(EmLoops loops) {
    Random random = new Random(8);
    Problem problem = Problem.random(random, VoteCase.Form.GIVEN, 2, 2, 9, 3);
    INDArray large = problem.votes.operands().get(0).mul(1e4);
    problem.with(large, problem.activation, 1e-3).assertAgrees(random, loops, 3e-3);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void isRightForIdenticalVotes(EmLoops loops) {
    Random random = new Random(9);
    Problem problem = Problem.random(random, VoteCase.Form.GIVEN, 2, 2, 9, 3);
    for (double value : new double[] {0, 1, 10_000}) {
      INDArray same = problem.votes.operands().get(0).mul(0).addi(value);
      problem.with(same, problem.activation, 1e-3).assertAgrees(random, loops, 1e-3);
    }
  }

  /** Where nothing votes only the activations have gradients, which are large. */
  @ParameterizedTest
  @MethodSource("loops")
  void isRightForInactiveVoters(EmLoops loops) {
    Random random = new Random(10);
    Problem problem = Problem.random(random, VoteCase.Form.GIVEN, 2, 2, 9, 3);
    INDArray votes = problem.votes.operands().get(0);
    problem.with(votes, problem.activation.mul(0), 1e-3).assertAgrees(random, loops, 1e-3);
    INDArray some = problem.activation.dup();
    some.slice(2, 1).assign(0);
    problem.with(votes, some, 1e-3).assertAgrees(random, loops, 1e-3);
  }

  @Test
  void voteThatIsNaNShowsInWhatIsMade() {
    Problem problem = Problem.random(new Random(11), VoteCase.Form.GIVEN, 1, 1, 9, 3);
    INDArray votes = problem.votes.operands().get(0).dup();
    votes.putScalar(3, Double.NaN);
    for (EmLoops loops : List.of(Simd.EM, new PlainEmLoops())) {
      INDArray made = problem.with(votes, problem.activation, 1e-3).kernel(loops, 1).forward();
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
    Problem warm = Problem.random(new Random(1), VoteCase.Form.POSES, 2, 3, 9, 2);
    warm.run(warm.upstream(new Random(1)), new PlainEmLoops(), 1);
    int in = 180;
    for (VoteCase.Form form : FORMS) {
      in += Gemm.LANES;
      Problem problem = Problem.random(random, form, 20, 3, in, 7);
      INDArray g = problem.upstream(random).castTo(DataType.FLOAT);
      VoteCase votes = problem.votes;
      long declared =
          EmRoutingKernel.scratchBytes(
              20, 3, in, 7, (int) votes.dim(), 3, votes.pose(), votes.matrix(), 1);
      long made =
          Allocations.of(
              () -> {
                EmRoutingKernel kernel = problem.kernel(new PlainEmLoops(), 1);
                kernel.forward();
                kernel.backward(g);
              });
      assertThat((double) made / declared).as("%s", votes).isBetween(0.7, 1.7);
    }
  }

  @Test
  void saysWhatIsWrong() {
    Problem problem = Problem.random(new Random(12), VoteCase.Form.POSES, 1, 1, 9, 3);
    assertThatThrownBy(() -> problem.kernel(Simd.EM, 1).backward(Nd4j.zeros(5)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("backward before forward");
    assertThatThrownBy(() -> new EmSettings(List.of(), 1e-9))
        .hasMessage("iterations: expected at least 1, got 0");
  }
}
