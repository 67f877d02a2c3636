package org.capsnet.kernel;

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

    Worker(RoutingSizes sizes, long batch, RoutingEngine engine) {
      routing = new VoteRouting(sizes, SampleLanes.lanes(batch), engine);
      weights = new float[Math.multiplyExact(tile(sizes), sizes.weights())];
    }

    float[] weightGradient() {
      if (weightGradient == null) {
        weightGradient = new float[weights.length];
      }
      return weightGradient;
    }
  }

  private InputCapsulePasses(Key key) {
    this.key = key;
    sizes = key.sizes;
    engine = key.engine;
    long batch = key.batch;
    poses = new SampleLanes(batch, sizes.poses());
    sums = new SampleLanes[parts(sizes)];
    for (int p = 0; p < sums.length; p++) {
      sums[p] = new SampleLanes(batch, sizes.width());
    }
    workers = new Worker[Math.min(engine.workers(), sums.length)];
    for (int w = 0; w < workers.length; w++) {
      workers[w] = new Worker(sizes, batch, engine);
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

  /** The bytes of the arrays that are live at once in passes, {@link #gradients} among them. */
  static long bytes(RoutingSizes sizes, long batch, int workers) {
    int lanes = SampleLanes.lanes(batch);
    long tiles = 2L * Float.BYTES * tile(sizes) * sizes.weights();
    long perWorker =
        VoteRouting.bytes(sizes, lanes) + tiles + SampleLanes.groupBytes(sizes.poses());
    return SampleLanes.bytes(batch, sizes.poses())
        + parts(sizes) * SampleLanes.bytes(batch, sizes.width())
        + Math.min(workers, parts(sizes)) * perWorker
        + (keepsTerms(sizes, batch, RoutingEngine.MOST_TERMS) ? termBytes(sizes, batch) : 0);
  }

  private static long termBytes(RoutingSizes sizes, long batch) {
    long each = VoteRouting.terms(sizes, SampleLanes.lanes(batch));
    return Float.BYTES * each * sizes.in() * SampleLanes.blocks(batch);
  }

  /** Whether backward passes keep terms, which is faster and takes memory. */
  private static boolean keepsTerms(RoutingSizes sizes, long batch, long most) {
    return sizes.firstIteration() == 0 && termBytes(sizes, batch) <= most;
  }

  /**
   * Has the terms that a pass makes kept for the passes after it, unless they are too many.
   *
   * @return whether they are kept
   */
  boolean keepTerms() {
    keeping = keepsTerms(sizes, key.batch, engine.mostTerms());
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

  /** The sum over the input capsules of their votes, {@code [block][out · dim · lanes]}. */
  SampleLanes sumOfVotes() {
    return sum((routing, b, sums) -> routing.addVotes(sums));
  }

  /** The sum over the input capsules of what work adds to its sums. */
  SampleLanes sum(Work work) {
    forTiles((worker, part, i, b) -> work.run(worker.routing, b, sums[part].blocks[b]), sums, null);
    SampleLanes total = sums[0].copy();
    for (int p = 1; p < sums.length; p++) {
      total.add(sums[p]);
    }
    return total;
  }

  /**
   * Makes the gradients of the weights and the poses; the last of the passes, since the gradients
   * of the poses take the poses' place.
   *
   * @param work turns votes into their gradients
   * @param du dL/du
   * @param dw dL/dW
   */
  void gradients(Work work, INDArray du, INDArray dw) {
    forTiles(
        (worker, part, i, b) -> {
          work.run(worker.routing, b, null);
          worker.routing.weightGradients(worker.weightGradient(), b > 0);
          worker.routing.poseGradients();
        },
        null,
        dw);
    poses.write(du, engine.workers());
  }

  /** What is done with input capsule {@code i}, which the worker's routing has taken up. */
  private interface Step {
    void run(Worker worker, int part, int i, int block);
  }

  /**
   * Takes the blocks in turn to the input capsules of a tile.
   *
   * @param cleared what a part begins from zeros in, or null
   * @param dw the gradients of the weights, to be written, or null
   */
  private void forTiles(Step step, SampleLanes[] cleared, INDArray dw) {
    Parallel.forItems(
        sums.length,
        1,
        workers.length,
        (w, from, to) -> {
          for (int part = from; part < to; part++) {
            if (cleared != null) {
              cleared[part].clear();
            }
            int end = bound(part + 1);
            for (int first = bound(part); first < end; first += TILE) {
              forTile(workers[w], part, first, Math.min(TILE, end - first), step, dw);
            }
          }
        });
  }

  /** The first input capsule of a part. */
  private int bound(int part) {
    return (int) ((long) sizes.in() * part / sums.length);
  }

  private void forTile(Worker worker, int part, int first, int count, Step step, INDArray dw) {
    int weights = sizes.weights();
    Floats.read(weight, (long) first * weights, worker.weights, 0, count * weights);
    for (int b = 0; b < poses.blocks.length; b++) {
      for (int i = 0; i < count; i++) {
        take(worker.routing, worker.weights, i, first + i, b);
        step.run(worker, part, first + i, b);
      }
    }
    if (dw != null) {
      Floats.write(dw, (long) first * weights, worker.weightGradient(), 0, count * weights);
    }
  }

  /** Has input capsule {@code i} taken up, the weights of which are the {@code place}-th. */
  private void take(VoteRouting routing, float[] weights, int place, int i, int block) {
    routing.take(
        weights, place * sizes.weights(), poses.blocks[block], i * sizes.inDim() * poses.lanes);
    if (keeping) {
      int each = terms[block].length / sizes.in();
      routing.keep(terms[block], i * each);
    }
  }
}
