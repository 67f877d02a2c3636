package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Routing of a few samples, whose votes are few enough to be made once and held: in rows along the
 * samples most of each vector would be empty. So the rows run along the input capsules of a sample
 * instead, in blocks, of which the last is filled up with votes of zeros.
 *
 * <p>Each weight is read once, by whoever makes the votes of its input capsule. Blocks are shared
 * out in fixed parts, each with sums of its own, so that the result is the same by any number of
 * threads.
 */
final class HeldVotes {

  /** The most samples. */
  private static final int FEW = 3;

  /** The most votes, in numbers. */
  private static final long MOST = 1L << 22;

  private static final int PARTS = 16;

  private static final Pool<Key, HeldVotes> POOL = new Pool<>();

  private record Key(RoutingSizes sizes, RoutingEngine engine, int batch) {}

  private final Key key;
  private final RoutingSizes sizes;
  private final int lanes;
  private final float[] poses;

  /** Of each block and sample {@code [out · dim][lanes]}. */
  private final float[][][] votes;

  /** Of each part {@code [batch, out · dim]}. */
  private final float[][] sums;

  private final Worker[] workers;

  /** What a worker computes in. */
  private static final class Worker {
    final float[] weights;
    final float[] logits;
    final float[] coupling;
    final float[] capsules;
    final float[] sum;

    Worker(RoutingSizes sizes, int lanes) {
      weights = new float[sizes.weights()];
      logits = new float[sizes.out() * lanes];
      coupling = new float[sizes.out() * lanes];
      capsules = new float[sizes.width() * lanes];
      sum = new float[sizes.width() * lanes];
    }
  }

  private HeldVotes(Key key) {
    this.key = key;
    sizes = key.sizes;
    int most = key.engine.loops().lanes();
    lanes = SampleLanes.lanes(sizes.in(), most);
    poses = new float[key.batch * sizes.poses()];
    votes = new float[SampleLanes.blocks(sizes.in(), most)][key.batch][sizes.width() * lanes];
    sums = new float[Math.min(PARTS, votes.length)][key.batch * sizes.width()];
    workers = new Worker[Math.min(key.engine.workers(), sums.length)];
    for (int w = 0; w < workers.length; w++) {
      workers[w] = new Worker(sizes, lanes);
    }
  }

  /** Whether this is the fast way. */
  static boolean pays(RoutingSizes sizes, long batch) {
    return batch <= FEW && batch * sizes.in() * sizes.width() <= MOST;
  }

  /**
   * The bytes of such an object's arrays.
   *
   * @param most the most input capsules of a block
   */
  static long bytes(RoutingSizes sizes, long batch, int most, int workers) {
    long blocks = SampleLanes.blocks(sizes.in(), most);
    long parts = Math.min(PARTS, blocks);
    long rows = 2L * (sizes.out() + sizes.width());
    long perWorker = sizes.weights() + rows * SampleLanes.lanes(sizes.in(), most);
    return batch * SampleLanes.bytes(sizes.in(), sizes.width(), most)
        + Float.BYTES
            * (batch * (sizes.poses() + parts * sizes.width())
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
      RoutingSizes sizes, RoutingEngine engine, INDArray u, INDArray weight, float[] bias) {
    Key key = new Key(sizes, engine, (int) u.size(0));
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
      forParts(
          (worker, part, from, to) -> {
            if (first) {
              vote(worker, weight, from, to);
              Arrays.fill(worker.coupling, VoteRouting.uniform(sizes));
            }
            for (int s = 0; s < key.batch; s++) {
              send(worker, s, first ? null : reach, from, to, sums[part]);
            }
          });
      totals[r] = total(bias);
      Loops.add(squashed(totals[r]), reach);
    }
    return totals;
  }

  /** What is done with the blocks of a part. */
  private interface PartWork {
    void run(Worker worker, int part, int from, int to);
  }

  private void forParts(PartWork work) {
    int parts = sums.length;
    Parallel.forItems(
        parts,
        1,
        workers.length,
        (worker, first, last) -> {
          for (int p = first; p < last; p++) {
            int from = votes.length * p / parts;
            work.run(workers[worker], p, from, votes.length * (p + 1) / parts);
          }
        });
  }

  /** {@code û_ij = W_ij u_i} of the input capsules of blocks. */
  private void vote(Worker worker, INDArray weight, int from, int to) {
    int end = Math.min(sizes.in(), to * lanes);
    for (int i = from * lanes; i < end; i++) {
      float[] weights = worker.weights;
      Floats.read(weight, (long) i * weights.length, weights, 0, weights.length);
      for (int s = 0; s < key.batch; s++) {
        vote(weights, (s * sizes.in() + i) * sizes.inDim(), votes[i / lanes][s], i % lanes);
      }
    }
  }

  private void vote(float[] weights, int pose, float[] to, int lane) {
    int k = sizes.inDim();
    for (int x = 0; x < sizes.width(); x++) {
      to[x * lanes + lane] = Loops.shortDot(weights, x * k, poses, pose, k);
    }
  }

  /**
   * {@code sums_j = Σ_i c_ij û_ij} of the input capsules of blocks.
   *
   * @param reach Σ v so far of all samples, or null where the coupling has been made
   */
  private void send(Worker worker, int s, float[] reach, int from, int to, float[] sums) {
    if (reach != null) {
      for (int x = 0; x < sizes.width(); x++) {
        float number = reach[s * sizes.width() + x];
        Arrays.fill(worker.capsules, x * lanes, (x + 1) * lanes, number);
      }
    }
    Arrays.fill(worker.sum, 0);
    for (int b = from; b < to; b++) {
      if (reach != null) {
        couple(worker, votes[b][s]);
      }
      key.engine
          .loops()
          .accumulate(
              sizes.out(), sizes.dim(), lanes, 1, worker.coupling, 0, 0, votes[b][s], worker.sum);
    }
    for (int x = 0; x < sizes.width(); x++) {
      sums[s * sizes.width() + x] = Loops.sum(worker.sum, x * lanes, lanes);
    }
  }

  private void couple(Worker worker, float[] its) {
    RoutingLoops loops = key.engine.loops();
    loops.agreement(sizes.out(), sizes.dim(), lanes, its, 0, worker.capsules, worker.logits, 0);
    boolean leaky = sizes.settings().leaky();
    loops.softmax(sizes.out(), lanes, leaky, worker.logits, 0, worker.coupling, 0);
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

  private float[] squashed(float[] totals) {
    float[] capsules = new float[totals.length];
    for (int x = 0; x < totals.length; x += sizes.dim()) {
      SquashKernel.squash(totals, x, capsules, x, sizes.dim());
    }
    return capsules;
  }
}
