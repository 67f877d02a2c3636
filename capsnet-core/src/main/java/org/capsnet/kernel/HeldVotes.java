package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Routing of a few samples, whose votes are few enough to be made once and held: in rows along the
 * samples most of each vector would be empty. So the rows run along the input capsules instead.
 *
 * <p>Each weight is read once, by whoever makes the votes of its input capsule. Input capsules are
 * shared out in fixed parts, each with sums of its own, so that the result is the same by any
 * number of threads. The loops are plain ones, which are fast from the first prediction on: it is
 * the memory that the weights come from which sets the pace.
 */
final class HeldVotes {

  /** The most samples. */
  private static final int FEW = 3;

  /** The most votes, in numbers. */
  private static final long MOST = 1L << 22;

  /** With it, the weights of a part are few enough for a buffer. */
  private static final int LONGEST_POSE = 1024;

  private static final int PARTS = 16;

  private static final Pool<Key, HeldVotes> POOL = new Pool<>();

  private record Key(RoutingSizes sizes, int workers, int batch) {

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key
          && workers == key.workers
          && batch == key.batch
          && sizes.equals(key.sizes);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * sizes.hashCode() + workers) + batch;
    }
  }

  private final Key key;
  private final RoutingSizes sizes;
  private final float[] poses;

  /** Of each part, sample and number of the output capsules a row along the input capsules. */
  private final float[][][][] votes;

  /** Of each part {@code [batch, out · dim]}. */
  private final float[][] sums;

  private final Worker[] workers;

  /** What a worker computes in. */
  private static final class Worker {
    final float[] weights;

    /** A row of an output capsule: the logits of a part's input capsules, and then couplings. */
    final float[][] coupling;

    final float[] largest;
    final float[] total;

    Worker(RoutingSizes sizes, int most) {
      weights = new float[sizes.weights()];
      coupling = new float[sizes.out()][most];
      largest = new float[most];
      total = new float[most];
    }
  }

  private HeldVotes(Key key) {
    this.key = key;
    sizes = key.sizes;
    poses = new float[key.batch * sizes.poses()];
    int parts = parts(sizes);
    votes = new float[parts][key.batch][sizes.width()][];
    for (int p = 0; p < parts; p++) {
      for (float[][] ofSample : votes[p]) {
        Arrays.setAll(ofSample, x -> new float[most(sizes)]);
      }
    }
    sums = new float[parts][key.batch * sizes.width()];
    workers = new Worker[Math.min(key.workers, parts)];
    Arrays.setAll(workers, w -> new Worker(sizes, most(sizes)));
  }

  private static int parts(RoutingSizes sizes) {
    return Math.min(PARTS, sizes.in());
  }

  /** The first input capsule of a part. */
  private int first(int part) {
    return (int) ((long) sizes.in() * part / votes.length);
  }

  /** The most input capsules of a part. */
  private static int most(RoutingSizes sizes) {
    return (sizes.in() + parts(sizes) - 1) / parts(sizes);
  }

  /** Whether this is the fast way. */
  static boolean pays(RoutingSizes sizes, long batch) {
    return batch <= FEW
        && batch * sizes.in() * sizes.width() <= MOST
        && sizes.inDim() <= LONGEST_POSE;
  }

  /** The bytes of such an object's arrays. */
  static long bytes(RoutingSizes sizes, long batch, int workers) {
    long parts = parts(sizes);
    long perWorker = sizes.weights() + (sizes.out() + 2L) * most(sizes);
    long votes = batch * parts * sizes.width() * most(sizes);
    return Float.BYTES
        * (votes
            + batch * (sizes.poses() + parts * sizes.width())
            + Math.min(workers, parts) * perWorker);
  }

  /**
   * The totals s^r of each iteration.
   *
   * @param u dense {@code [batch, in, inDim]}
   * @param weight dense {@code [in, out, dim, inDim]}
   * @param bias {@code [out · dim]}
   * @return of each iteration {@code [batch, out · dim]}
   */
  static float[][] totals(
      RoutingSizes sizes, int workers, INDArray u, INDArray weight, float[] bias) {
    Key key = new Key(sizes, workers, (int) u.size(0));
    HeldVotes held = POOL.take(key, () -> new HeldVotes(key));
    Floats.read(u, 0, held.poses, 0, held.poses.length);
    float[][] totals = held.route(weight, bias);
    POOL.give(key, held);
    return totals;
  }

  private float[][] route(INDArray weight, float[] bias) {
    float[][] totals = new float[sizes.iterations()][];
    float[] reach = new float[key.batch * sizes.width()];
    for (int r = 0; r < totals.length; r++) {
      boolean first = r == 0;
      Parallel.forItems(
          votes.length,
          1,
          workers.length,
          (w, from, to) -> {
            for (int part = from; part < to; part++) {
              if (first) {
                vote(workers[w], weight, part);
              }
              send(workers[w], part, first ? null : reach);
            }
          });
      totals[r] = total(bias);
      Loops.add(squashed(totals[r], sizes.dim()), reach);
    }
    return totals;
  }

  /** {@code û_ij = W_ij u_i}. */
  private void vote(Worker worker, INDArray weight, int part) {
    float[] weights = worker.weights;
    int k = sizes.inDim();
    int count = first(part + 1) - first(part);
    long at = (long) first(part) * weights.length;
    Floats.forRows(
        weight,
        at,
        weights.length,
        count,
        weights,
        i -> {
          for (int s = 0; s < key.batch; s++) {
            int pose = (s * sizes.in() + first(part) + i) * k;
            Loops.dots(weights, poses, pose, k, votes[part][s], i);
          }
        });
  }

  /**
   * {@code sums_j = Σ_i c_ij û_ij}.
   *
   * @param reach Σ v so far of all samples, or null in the first iteration
   */
  private void send(Worker worker, int part, float[] reach) {
    int count = first(part + 1) - first(part);
    for (int s = 0; s < key.batch; s++) {
      float[][] its = votes[part][s];
      int at = s * sizes.width();
      if (reach == null) {
        for (float[] row : worker.coupling) {
          Arrays.fill(row, 0, count, VoteRouting.uniform(sizes));
        }
      } else {
        agree(its, reach, at, worker.coupling, count);
        couple(worker, count);
      }
      for (int j = 0; j < sizes.out(); j++) {
        sum(worker.coupling[j], its, j * sizes.dim(), count, sums[part], at);
      }
    }
  }

  /** {@code s_j = Σ_i c_ij û_ij}, whose numbers begin at {@code first}. */
  private void sum(float[] coupling, float[][] votes, int first, int count, float[] to, int at) {
    int end = first + sizes.dim();
    int x = first;
    for (; x + 4 <= end; x += 4) {
      Loops.fourDots(coupling, votes, x, count, to, at + x);
    }
    for (; x < end; x++) {
      to[at + x] = Loops.dot(coupling, 0, votes[x], 0, count);
    }
  }

  /** {@code b_ij = û_ij · Σ v_j}. */
  private void agree(float[][] votes, float[] reach, int at, float[][] logits, int count) {
    for (int j = 0; j < logits.length; j++) {
      Arrays.fill(logits[j], 0, count, 0);
      for (int x = j * sizes.dim(); x < (j + 1) * sizes.dim(); x++) {
        Loops.addScaled(reach[at + x], votes[x], logits[j], count);
      }
    }
  }

  /** {@code c_ij = softmax_j(b_ij)}. */
  private void couple(Worker worker, int count) {
    boolean leaky = sizes.settings().leaky();
    Arrays.fill(worker.largest, 0, count, leaky ? 0 : Float.NEGATIVE_INFINITY);
    for (float[] row : worker.coupling) {
      Loops.max(row, worker.largest);
    }
    Arrays.fill(worker.total, 0);
    if (leaky) {
      Loops.preciseExp(worker.total, worker.largest, worker.total);
    }
    for (float[] row : worker.coupling) {
      Loops.preciseExp(row, worker.largest, row);
      Loops.add(row, worker.total);
    }
    Loops.invert(worker.total);
    for (float[] row : worker.coupling) {
      Loops.scale(worker.total, row);
    }
  }

  private float[] total(float[] bias) {
    float[] total = new float[key.batch * sizes.width()];
    for (int x = 0; x < total.length; x++) {
      total[x] = bias[x % bias.length];
    }
    for (float[] sum : sums) {
      Loops.add(sum, total);
    }
    return total;
  }

  /** The output capsules of totals, {@code [batch, out · dim]}. */
  static float[] squashed(float[] totals, int dim) {
    float[] capsules = new float[totals.length];
    for (int x = 0; x < totals.length; x += dim) {
      SquashKernel.squash(totals, x, capsules, x, dim, SquashScale.SABOUR);
    }
    return capsules;
  }
}
