package org.capsnet.kernel;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Routing of one sample or two, whose votes are few enough to be made once and held: in rows along
 * the samples most of each vector would be empty. Loops are plain Java, as fetching the weights is
 * most of the work.
 *
 * <p>Input capsules are cut into fixed parts, each with sums of its own, so that the result is the
 * same by any number of threads.
 */
final class HeldVotes {

  /** The most samples. */
  private static final int FEW = 2;

  /** The most votes, in numbers. */
  private static final long MOST = 1L << 22;

  private static final int PARTS = 16;

  private static final Pool<Key, HeldVotes> POOL = new Pool<>();

  private record Key(RoutingSizes sizes, int batch) {}

  private final RoutingSizes sizes;
  private final int batch;

  /** {@code [batch, in, out · dim]}. */
  private final float[] votes;

  /** {@code [batch, in, out]}. */
  private final float[] logits;

  /** Of each part {@code [batch, out · dim]}. */
  private final float[][] sums;

  private HeldVotes(Key key) {
    sizes = key.sizes;
    batch = key.batch;
    votes = new float[batch * sizes.in() * sizes.width()];
    logits = new float[batch * sizes.in() * sizes.out()];
    sums = new float[Math.min(PARTS, sizes.in())][batch * sizes.width()];
  }

  /** Whether this is the fast way: up to about three times as fast for one sample. */
  static boolean pays(RoutingSizes sizes, long batch) {
    return batch <= FEW && batch * sizes.in() * sizes.width() <= MOST;
  }

  /** The bytes of such an object's arrays. */
  static long bytes(RoutingSizes sizes, long batch) {
    long parts = Math.min(PARTS, sizes.in());
    return Float.BYTES
        * batch
        * ((long) sizes.in() * (sizes.width() + sizes.out()) + parts * sizes.width());
  }

  /**
   * The totals s^r of each iteration.
   *
   * @param u dense {@code [batch, in, inDim]}
   * @param weight dense {@code [in, out, dim, inDim]}
   * @param bias {@code [out · dim]}
   * @return of each iteration {@code [batch, out · dim]}
   */
  static float[][] totals(RoutingSizes sizes, INDArray u, INDArray weight, float[] bias) {
    Key key = new Key(sizes, (int) u.size(0));
    HeldVotes held = POOL.take(key, () -> new HeldVotes(key));
    float[][] totals = held.route(Floats.read(u), weight, bias);
    POOL.give(key, held);
    return totals;
  }

  private float[][] route(float[] poses, INDArray weight, float[] bias) {
    float[][] totals = new float[sizes.iterations()][];
    Arrays.fill(logits, 0);
    forParts((part, from, to) -> vote(poses, weight, from, to));
    for (int r = 0; r < totals.length; r++) {
      float[] reach = r == 0 ? null : squashed(totals[r - 1]);
      forParts(
          (part, from, to) -> {
            Arrays.fill(sums[part], 0);
            float[] coupling = new float[sizes.out()];
            for (int s = 0; s < batch; s++) {
              for (int i = from; i < to; i++) {
                couple(s, i, reach, coupling);
                send(s, i, coupling, sums[part]);
              }
            }
          });
      totals[r] = total(bias);
    }
    return totals;
  }

  private interface PartWork {
    void run(int part, int from, int to);
  }

  private void forParts(PartWork work) {
    int parts = sums.length;
    Parallel.forItems(
        parts,
        1,
        (worker, first, last) ->
            IntStream.range(first, last)
                .forEach(p -> work.run(p, sizes.in() * p / parts, sizes.in() * (p + 1) / parts)));
  }

  /** {@code û_ij = W_ij u_i}. */
  private void vote(float[] poses, INDArray weight, int from, int to) {
    int width = sizes.width();
    int k = sizes.inDim();
    float[] w = new float[sizes.weights()];
    for (int i = from; i < to; i++) {
      Floats.read(weight, (long) i * w.length, w, 0, w.length);
      for (int s = 0; s < batch; s++) {
        int pose = (s * sizes.in() + i) * k;
        int vote = (s * sizes.in() + i) * width;
        for (int x = 0; x < width; x++) {
          votes[vote + x] = Loops.dot(w, x * k, poses, pose, k);
        }
      }
    }
  }

  /** Adds the agreement with the last output capsules to the logits, and makes the coupling. */
  private void couple(int s, int i, float[] capsules, float[] coupling) {
    int dim = sizes.dim();
    int logit = (s * sizes.in() + i) * sizes.out();
    if (capsules == null) {
      Arrays.fill(coupling, VoteRouting.uniform(sizes));
      return;
    }
    float largest = sizes.settings().leaky() ? 0 : Float.NEGATIVE_INFINITY;
    for (int j = 0; j < sizes.out(); j++) {
      int vote = (s * sizes.in() + i) * sizes.width() + j * dim;
      logits[logit + j] += Loops.dot(votes, vote, capsules, s * sizes.width() + j * dim, dim);
      largest = Math.max(largest, logits[logit + j]);
    }
    float sum = sizes.settings().leaky() ? (float) Math.exp(-largest) : 0;
    for (int j = 0; j < sizes.out(); j++) {
      coupling[j] = (float) Math.exp(logits[logit + j] - largest);
      sum += coupling[j];
    }
    for (int j = 0; j < sizes.out(); j++) {
      coupling[j] /= sum;
    }
  }

  /** {@code sums_j += c_ij û_ij}. */
  private void send(int s, int i, float[] coupling, float[] to) {
    int at = s * sizes.width();
    int vote = (s * sizes.in() + i) * sizes.width();
    for (int j = 0; j < sizes.out(); j++) {
      for (int d = 0; d < sizes.dim(); d++) {
        to[at++] += coupling[j] * votes[vote++];
      }
    }
  }

  private float[] total(float[] bias) {
    float[] total = new float[batch * sizes.width()];
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
