package org.capsnet.kernel;

import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Products of votes {@code v [batch, in, out, dim]} with weights {@code w [batch, in, out]} or
 * directions {@code y [batch, out, dim]}, fused: the sums read the votes once and make no array of
 * their size, where a product element by element and its sum take several passes.
 *
 * <p>The gradients of each are the two others.
 */
public final class VoteProducts {

  /** About how many numbers of votes are read at once. */
  private static final int CHUNK = 1 << 12;

  /** The most numbers of the votes of an input capsule. */
  private static final int MOST_OF_INPUT = 1 << 16;

  private static final Pool<Size, Scratch> IDLE = new Pool<>();

  private final int batch;
  private final int in;
  private final int out;
  private final int dim;
  private final Size size;

  private VoteProducts(int batch, int in, int out, int dim) {
    this.batch = batch;
    this.in = in;
    this.out = out;
    this.dim = dim;
    size = new Size(Math.max(1, Math.min(in, CHUNK / (out * dim))), out, dim);
  }

  /** What scratch memory depends on: the input capsules that are read at once, and their sizes. */
  private record Size(int rows, int out, int dim) {}

  /**
   * Of votes whose sizes the kernel takes.
   *
   * @param batch the number of samples
   * @param in input capsules
   * @param out output capsules
   * @param dim of a vote
   * @return the products; empty if a size is beyond those of Java's arrays, or the votes of an
   *     input capsule are so many that they should not be held in scratch memory
   */
  public static Optional<VoteProducts> of(long batch, long in, long out, long dim) {
    boolean taken =
        Math.max(batch, in) <= Integer.MAX_VALUE
            && Math.max(out, dim) <= MOST_OF_INPUT
            && out * dim <= MOST_OF_INPUT;
    return taken
        ? Optional.of(new VoteProducts((int) batch, (int) in, (int) out, (int) dim))
        : Optional.empty();
  }

  /**
   * The weighed sums of votes.
   *
   * @param weights floats, whose numbers in c order are {@code [batch, in, out]}
   * @param votes floats, whose numbers in c order are {@code [batch, in, out, dim]}
   * @return {@code Σ_i w_ij · v_ijd}, of shape {@code [batch, out, dim]}
   */
  public INDArray sums(INDArray weights, INDArray votes) {
    INDArray w = Floats.dense(weights);
    INDArray v = Floats.dense(votes);
    INDArray result = Floats.create(batch, out, dim);
    forOwn(
        batch,
        (s, b) -> {
          Arrays.fill(s.sum, 0);
          for (int i = 0; i < in; i += Math.min(size.rows, in - i)) {
            int rows = Math.min(size.rows, in - i);
            s.readVotes(v, (long) b * in + i, rows);
            s.readWeights(w, (long) b * in + i, rows);
            s.addWeighed(rows);
          }
          Floats.write(result, (long) b * out * dim, s.sum, 0, s.sum.length);
        });
    return result;
  }

  /**
   * How far votes go along directions.
   *
   * @param votes floats, whose numbers in c order are {@code [batch, in, out, dim]}
   * @param directions floats, whose numbers in c order are {@code [batch, out, dim]}
   * @return {@code Σ_d v_ijd · y_jd}, of shape {@code [batch, in, out]}
   */
  public INDArray agreements(INDArray votes, INDArray directions) {
    INDArray v = Floats.dense(votes);
    INDArray y = Floats.dense(directions);
    INDArray result = Floats.create(batch, in, out);
    forChunks(
        (s, b, i, rows) -> {
          Floats.read(y, (long) b * out * dim, s.sum, 0, s.sum.length);
          s.readVotes(v, (long) b * in + i, rows);
          Simd.PAIRS.dots(s.votes, s.sum, rows, out, dim, s.weights);
          Floats.write(result, ((long) b * in + i) * out, s.weights, 0, rows * out);
        });
    return result;
  }

  /**
   * The products of each weight with the direction of its output capsule.
   *
   * @param weights floats, whose numbers in c order are {@code [batch, in, out]}
   * @param directions floats, whose numbers in c order are {@code [batch, out, dim]}
   * @return {@code w_ij · y_jd}, of shape {@code [batch, in, out, dim]}
   */
  public INDArray outer(INDArray weights, INDArray directions) {
    INDArray w = Floats.dense(weights);
    INDArray y = Floats.dense(directions);
    INDArray result = Floats.create(batch, in, out, dim);
    forChunks(
        (s, b, i, rows) -> {
          Floats.read(y, (long) b * out * dim, s.sum, 0, s.sum.length);
          s.readWeights(w, (long) b * in + i, rows);
          Simd.PAIRS.outer(s.weights, s.sum, rows, out, dim, s.votes);
          Floats.write(result, ((long) b * in + i) * out * dim, s.votes, 0, rows * out * dim);
        });
    return result;
  }

  private interface OfChunk {
    void run(Scratch scratch, int sample, int i, int rows);
  }

  private void forOwn(int items, Pool.Work<Scratch> work) {
    Parallel.forRange(
        items, (worker, from, to) -> IDLE.forEach(from, to, size, () -> new Scratch(size), work));
  }

  private void forChunks(OfChunk work) {
    int chunks = (in - 1) / size.rows + 1;
    forOwn(
        Math.multiplyExact(batch, chunks),
        (scratch, item) -> {
          int i = item % chunks * size.rows;
          work.run(scratch, item / chunks, i, Math.min(size.rows, in - i));
        });
  }

  /** What a worker reads and sums up. */
  private static final class Scratch {
    private final Size size;
    private final float[] votes;
    private final float[] weights;

    /** Of an output capsule each, a sum or a direction. */
    private final float[] sum;

    /** Sums of few terms, which lose less than those of many. */
    private final float[] part;

    Scratch(Size size) {
      this.size = size;
      int each = size.out * size.dim;
      votes = new float[size.rows * each];
      weights = new float[size.rows * size.out];
      sum = new float[each];
      part = new float[each];
    }

    /** Those of some input capsules, of which the first is a number over all samples. */
    void readVotes(INDArray of, long first, int count) {
      int each = sum.length;
      Floats.read(of, first * each, votes, 0, count * each);
    }

    void readWeights(INDArray of, long first, int count) {
      Floats.read(of, first * size.out, weights, 0, count * size.out);
    }

    void addWeighed(int count) {
      Simd.PAIRS.sums(weights, votes, count, size.out, size.dim, part);
      for (int x = 0; x < sum.length; x++) {
        sum[x] += part[x];
      }
    }
  }
}
