package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Passes over the input capsules of a layer, by workers that share them, with the scratch memory
 * that the passes of one call need.
 */
final class InputCapsulePasses {

  /** Input capsules whose weights are read at once. */
  private static final int TILE = 8;

  /**
   * Parts that the input capsules are cut into, each with sums of its own that are added in order:
   * so the result is the same to the last bit however many workers take the parts.
   */
  private static final int PARTS = 16;

  private static final Pool<Key, InputCapsulePasses> POOL = new Pool<>();

  private final Key key;
  private final RoutingSizes sizes;
  private final RoutingEngine engine;
  private final SampleLanes poses;
  private final Worker[] workers;

  /** Of each part what is added up over its input capsules, {@code [batch, out · dim]}. */
  private final SampleLanes[] sums;

  /** Of each block the terms of its input capsules, where they are kept; made when asked for. */
  private float[][] terms;

  private boolean keeping;
  private INDArray weight;

  /** What scratch memory depends on. */
  private record Key(RoutingSizes sizes, RoutingEngine engine, long batch) {}

  /** What is done with the votes of an input capsule for a block of samples. */
  interface Work {
    void run(VoteRouting routing, int block, float[] sums);
  }

  /** What one worker computes in. */
  private static final class Worker {
    final VoteRouting routing;
    final float[] weights;

    /** The gradient of the weights that were read; made when it is asked for. */
    private float[] weightGradient;

    Worker(RoutingSizes sizes, int lanes, RoutingEngine engine) {
      routing = new VoteRouting(sizes, lanes, engine);
      weights = new float[Math.multiplyExact(tile(sizes), sizes.weights())];
    }

    float[] weightGradient(RoutingSizes sizes) {
      if (weightGradient == null) {
        weightGradient = new float[Math.multiplyExact(tile(sizes), paddedWeights(sizes))];
      }
      return weightGradient;
    }
  }

  private InputCapsulePasses(Key key) {
    this.key = key;
    sizes = key.sizes;
    engine = key.engine;
    long batch = key.batch;
    int most = engine.loops().lanes();
    poses = new SampleLanes(batch, sizes.poses(), most);
    sums = new SampleLanes[parts(sizes)];
    for (int p = 0; p < sums.length; p++) {
      sums[p] = new SampleLanes(batch, sizes.width(), most);
    }
    workers = new Worker[Math.min(engine.workers(), sums.length)];
    for (int w = 0; w < workers.length; w++) {
      workers[w] = new Worker(sizes, poses.lanes, engine);
    }
  }

  /** Passes over the input capsules of operands, to be handed back with {@link #release}. */
  static InputCapsulePasses over(
      RoutingSizes sizes, RoutingEngine engine, INDArray u, INDArray weight) {
    Key key = new Key(sizes, engine, u.size(0));
    InputCapsulePasses passes = POOL.take(key, () -> new InputCapsulePasses(key));
    passes.weight = weight;
    passes.poses.read(u, engine.workers());
    return passes;
  }

  /** Lets another call have the scratch memory. */
  void release() {
    weight = null;
    keeping = false;
    POOL.give(key, this);
  }

  /**
   * The bytes of the arrays that are live at once in passes, {@link #gradients} among them.
   *
   * @param most the most samples of a block
   */
  static long bytes(RoutingSizes sizes, long batch, int most, int workers) {
    int lanes = SampleLanes.lanes(batch, most);
    long weights =
        (long) Float.BYTES * tile(sizes) * ((long) sizes.weights() + paddedWeights(sizes));
    long perWorker =
        VoteRouting.bytes(sizes, lanes) + weights + SampleLanes.groupBytes(sizes.poses());
    return SampleLanes.bytes(batch, sizes.poses(), most)
        + parts(sizes) * SampleLanes.bytes(batch, sizes.width(), most)
        + Math.min(workers, parts(sizes)) * perWorker
        + (keepsTerms(sizes, batch, most, RoutingEngine.MOST_TERMS)
            ? termBytes(sizes, batch, most)
            : 0);
  }

  private static long termBytes(RoutingSizes sizes, long batch, int most) {
    long each = VoteRouting.terms(sizes, SampleLanes.lanes(batch, most));
    return Float.BYTES * each * sizes.in() * SampleLanes.blocks(batch, most);
  }

  /** Whether backward passes keep terms, which is faster and takes memory. */
  private static boolean keepsTerms(RoutingSizes sizes, long batch, int most, long mostTerms) {
    return sizes.firstIteration() == 0 && termBytes(sizes, batch, most) <= mostTerms;
  }

  /**
   * Has the terms that a pass makes kept for the passes after it, unless they are too many.
   *
   * @return whether they are kept
   */
  boolean keepTerms() {
    keeping = keepsTerms(sizes, key.batch, engine.loops().lanes(), engine.mostTerms());
    if (keeping && terms == null) {
      int each = Math.toIntExact(VoteRouting.terms(sizes, poses.lanes));
      terms = new float[poses.blocks.length][each * sizes.in()];
    }
    return keeping;
  }

  private static int parts(RoutingSizes sizes) {
    return Math.min(PARTS, sizes.in());
  }

  private static int tile(RoutingSizes sizes) {
    return Math.min(TILE, sizes.in());
  }

  /** The numbers in the gradient of an input capsule's weights as it is added up. */
  private static int paddedWeights(RoutingSizes sizes) {
    return Math.multiplyExact(sizes.width(), Gemm.padded(sizes.inDim()));
  }

  /** The sum over the input capsules of their votes, {@code [block][out · dim · lanes]}. */
  SampleLanes sumOfVotes() {
    return sum((routing, b, sums) -> routing.addVotes(sums));
  }

  /** The sum over the input capsules of what work adds to its sums. */
  SampleLanes sum(Work work) {
    forTiles(
        (worker, part, first, count) -> {
          if (first == bound(part)) {
            sums[part].clear();
          }
          forFew(worker, first, count, (i, b) -> work.run(worker.routing, b, sums[part].blocks[b]));
        });
    SampleLanes total = new SampleLanes(key.batch, sizes.width(), engine.loops().lanes());
    Parallel.forRange(
        total.blocks.length,
        engine.workers(),
        (worker, from, to) -> {
          for (int b = from; b < to; b++) {
            for (SampleLanes part : sums) {
              Loops.add(part.blocks[b], total.blocks[b]);
            }
          }
        });
    return total;
  }

  /**
   * Makes the gradients of the weights and the poses; the last of the passes, since the gradients
   * of the poses take the poses' place.
   *
   * @param work makes what is missing of the terms of votes' gradients
   * @param directions of each block
   * @param du dL/du
   * @param dw dL/dW
   */
  void gradients(Work work, float[][][] directions, INDArray du, INDArray dw) {
    int each = paddedWeights(sizes);
    forTiles(
        (worker, part, first, count) -> {
          float[] weightGradient = worker.weightGradient(sizes);
          Arrays.fill(weightGradient, 0, count * each, 0);
          forFew(
              worker,
              first,
              count,
              (i, b) -> {
                work.run(worker.routing, b, null);
                worker.routing.gradients(directions[b], weightGradient, i * each);
              });
          engine.loops().pack(count * sizes.width(), sizes.inDim(), weightGradient);
          int weights = sizes.weights();
          Floats.write(dw, (long) first * weights, weightGradient, 0, count * weights);
        });
    poses.write(du, engine.workers());
  }

  /** What is done with input capsules of a tile, whose weights have been read. */
  private interface Tile {
    void run(Worker worker, int part, int first, int count);
  }

  private void forTiles(Tile tile) {
    Parallel.forItems(
        sums.length,
        1,
        workers.length,
        (w, from, to) -> {
          for (int part = from; part < to; part++) {
            int end = bound(part + 1);
            for (int first = bound(part); first < end; first += TILE) {
              int count = Math.min(TILE, end - first);
              readWeights(workers[w], first, count);
              tile.run(workers[w], part, first, count);
            }
          }
        });
  }

  private void readWeights(Worker worker, int first, int count) {
    int each = sizes.weights();
    Floats.read(weight, (long) first * each, worker.weights, 0, count * each);
  }

  /** The first input capsule of a part. */
  private int bound(int part) {
    return (int) ((long) sizes.in() * part / sums.length);
  }

  /** What is done with a few input capsules of a tile, from its i-th on, for a block. */
  private interface Few {
    void run(int i, int block);
  }

  /** Takes the blocks in turn to the input capsules of a tile, a few of them at once. */
  private void forFew(Worker worker, int first, int count, Few step) {
    for (int b = 0; b < poses.blocks.length; b++) {
      for (int i = 0; i < count; i += VoteRouting.FEW) {
        take(worker, i, first + i, Math.min(VoteRouting.FEW, count - i), b);
        step.run(i, b);
      }
    }
  }

  /** Has input capsules from i on taken up, the first of which is the tile's {@code place}-th. */
  private void take(Worker worker, int place, int i, int count, int block) {
    VoteRouting routing = worker.routing;
    int pose = i * sizes.inDim() * poses.lanes;
    routing.take(count, worker.weights, place * sizes.weights(), poses.blocks[block], pose);
    if (keeping) {
      int each = sizes.out() * poses.lanes;
      routing.keep(terms[block], i * each, sizes.in() * each);
    }
  }
}
