package org.capsnet.capsule;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.capsnet.autograd.Operation;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Which output capsules each input capsule votes for. Without a grid that is all of them. Where a
 * kernel slides over a grid, an input capsule is seen from several positions of the output grid: at
 * each of them it is a voter, and all output capsules there are within its reach.
 *
 * <p>A routing whose output capsules compete at each position alone does without this: {@code
 * logits.softmax(-1)}. One in which an input capsule divides its vote among all output capsules
 * that it reaches, as in convolutional EM routing (Hinton et al. 2018, section 4), takes {@link
 * #uniform} and {@link #softmax} instead. Without a grid both are the same.
 */
public final class Reach {

  private final long batch;
  private final long in;
  private final long[] grid;
  private final Supplier<int[]> windows;

  /** For each position, and each voter there, the number of the input capsule that votes. */
  private int[] capsule;

  private Reach(long batch, long in, long[] grid, Supplier<int[]> windows) {
    this.batch = batch;
    this.in = in;
    this.grid = grid;
    this.windows = windows;
  }

  /** Without a grid: every input capsule is one voter. */
  static Reach everywhere(long batch, long in) {
    return new Reach(batch, in, new long[0], null);
  }

  /** Every input capsule, such as a type as a whole, is a voter at each position. */
  static Reach everyPosition(long batch, long in, long... grid) {
    int voters = Math.toIntExact(in);
    int all = Math.toIntExact(in * product(grid));
    return new Reach(
        batch, in, grid, () -> IntStream.range(0, all).map(voter -> voter % voters).toArray());
  }

  /**
   * A voter is whatever a kernel sees there.
   *
   * @param windows gives the number of the input capsule that is voter {@code i} at position {@code
   *     p}, at index {@code p · in + i}
   */
  static Reach ofWindows(long batch, long in, Supplier<int[]> windows, long... grid) {
    return new Reach(batch, in, grid, windows);
  }

  /** {@return the number of images, or whatever else the input capsules are found in} */
  public long batch() {
    return batch;
  }

  /** {@return the sizes of the axes of the output capsules' grid, none without one} */
  public long[] grid() {
    return grid.clone();
  }

  /** {@return the number of samples of the votes: {@code batch · positions}} */
  public long samples() {
    return batch * product(grid);
  }

  /**
   * What an input capsule is divided into at first: equal parts for all output capsules that it
   * reaches.
   *
   * @param out the number of output capsules, on a grid of those at one position
   * @param type FLOAT or DOUBLE
   * @return a constant {@code [samples, in, out]}
   */
  public Variable uniform(long out, DataType type) {
    Variable ones = Variable.constant(Nd4j.ones(type, samples(), in, out));
    return ones.dividedBy(reached(ones));
  }

  /**
   * The softmax over all output capsules that an input capsule reaches.
   *
   * @param logits {@code [samples, in, out]}
   * @return of the same shape; for each input capsule the sum over output capsules and positions is
   *     1
   */
  public Variable softmax(Variable logits) {
    if (grid.length == 0) {
      return logits.softmax(-1);
    }
    Shapes.require("logits", logits.value(), samples(), in, "out");
    Variable e = logits.minus(largest(logits)).exp();
    return e.dividedBy(reached(e));
  }

  /** The largest logit of each input capsule, given to all voters that are it: a constant. */
  private Variable largest(Variable logits) {
    INDArray largest = perVoter(perCapsule(logits.value().max(2), true), logits.dataType());
    return Variable.of(
        ofVoters("largestReached"),
        largest.reshape(samples(), in, 1),
        (g, needed) -> new INDArray[1],
        logits.detach());
  }

  private Operation ofVoters(String name) {
    return new Operation(name, Map.of("voters", capsule()));
  }

  /**
   * The sum over all output capsules that an input capsule reaches.
   *
   * @param x {@code [samples, in, out]}
   * @return {@code [samples, in, 1]}, the same for all voters that are one input capsule
   */
  public Variable reached(Variable x) {
    Shapes.require("x", x.value(), samples(), in, "out");
    Variable sum = x.sum(2);
    return (grid.length == 0 ? sum : shared(sum)).reshape(samples(), in, 1);
  }

  /**
   * What {@link #softmax} makes beyond a softmax over the output capsules at one position.
   *
   * @param votes the sizes of the votes
   * @param setting where the layer stands
   * @return the cost, of one position; nothing without a grid
   */
  public static Cost costOfSoftmax(VotesShape votes, Setting setting) {
    if (votes.positions() == 1 && setting.positions() == 1) {
      return Cost.NONE;
    }
    long[] pairs = {votes.in(), votes.out()};
    // Maxima and sums come back as arrays of doubles, which floats are copied from.
    boolean doubles = setting.type() == DataType.DOUBLE;
    return Cost.NONE
        .forward(2, pairs)
        .backward(3, pairs)
        .forward(doubles ? 6 : 10, votes.in())
        .backward(doubles ? 4 : 6, votes.in());
  }

  /** The sum over the voters that are the same input capsule, given to each of them. */
  private Variable shared(Variable x) {
    return Variable.of(
        ofVoters("reached"),
        perVoter(perCapsule(x.value(), false), x.dataType()),
        (g, needed) -> new INDArray[] {perVoter(perCapsule(g, false), g.dataType())},
        x);
  }

  /** The sum, or the maximum, of {@code [samples, in]} for each input capsule. */
  private double[][] perCapsule(INDArray voters, boolean maximum) {
    int[] owner = capsule();
    double[] x = voters.dup('c').data().asDouble();
    int capsules = Arrays.stream(owner).max().orElse(0) + 1;
    double[][] all = new double[Math.toIntExact(batch)][capsules];
    for (int b = 0; b < all.length; b++) {
      Arrays.fill(all[b], maximum ? Double.NEGATIVE_INFINITY : 0);
      for (int k = 0; k < owner.length; k++) {
        double next = x[b * owner.length + k];
        double before = all[b][owner[k]];
        all[b][owner[k]] = maximum ? Math.max(before, next) : before + next;
      }
    }
    return all;
  }

  /** What input capsules have, for each of their voters: {@code [samples, in]}. */
  private INDArray perVoter(double[][] capsules, DataType type) {
    int[] owner = capsule();
    double[] voters = new double[capsules.length * owner.length];
    for (int k = 0; k < voters.length; k++) {
      voters[k] = capsules[k / owner.length][owner[k % owner.length]];
    }
    return Nd4j.createFromArray(voters).castTo(type).reshape(samples(), in);
  }

  /**
   * Which voters are one input capsule, for kernels.
   *
   * @return for each position, and each voter there, the number of the input capsule that votes
   * @throws UnsupportedOperationException without a grid, where all are input capsules of their own
   */
  public int[] voters() {
    if (grid.length == 0) {
      throw new UnsupportedOperationException("voters: expected output capsules on a grid");
    }
    return capsule().clone();
  }

  private int[] capsule() {
    if (capsule == null) {
      capsule = windows.get();
    }
    return capsule;
  }

  /**
   * Output capsules, each position of which was a sample of its own, on their grid.
   *
   * @param capsules poses {@code [samples, out, dim]}
   * @return poses {@code [batch, out, dim, grid..]}; the capsules themselves without a grid
   */
  public Capsules onGrid(Capsules capsules) {
    return grid.length == 0
        ? capsules
        : new Capsules(onGrid(capsules.pose()), onGrid(capsules.activation()));
  }

  /**
   * Anything of which each position was a sample of its own, on the grid.
   *
   * @param x {@code [samples, axes..]}
   * @return {@code [batch, axes.., grid..]}
   */
  public Variable onGrid(Variable x) {
    if (grid.length == 0) {
      return x;
    }
    int axes = x.rank() - 1;
    long[] sizes = new long[1 + grid.length + axes];
    sizes[0] = batch;
    System.arraycopy(grid, 0, sizes, 1, grid.length);
    System.arraycopy(x.shape(), 1, sizes, 1 + grid.length, axes);
    int[] order =
        IntStream.range(0, sizes.length)
            .map(i -> i == 0 ? 0 : i <= axes ? grid.length + i : i - axes)
            .toArray();
    return x.reshape(sizes).permute(order);
  }

  private static long product(long... sizes) {
    return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
  }
}
