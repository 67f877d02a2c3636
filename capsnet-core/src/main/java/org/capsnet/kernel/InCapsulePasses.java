package org.capsnet.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Passes over the in capsules of a layer, by workers that share them, with the scratch memory that
 * the passes of one call need.
 */
final class InCapsulePasses {

  /** In capsules whose weights are read at once. */
  private static final int TILE = 8;

  /**
   * Parts that the in capsules are cut into, each with sums of its own that are added in order: so
   * the result is the same to the last bit however many workers take the parts.
   */
  private static final int PARTS = 16;

  private static final Pool<Key, InCapsulePasses> POOL = new Pool<>();

  private final Key key;
  private final RoutingSizes sizes;
  private final RoutingEngine engine;
  private final SampleLanes poses;
  private final Worker[] workers;

  /** Of each part what is added up over its in capsules, {@code [batch, out · dim]}. */
  private final SampleLanes[] sums;

  private INDArray weight;

  /** What scratch memory depends on. */
  private record Key(RoutingSizes sizes, RoutingEngine engine, long batch) {}

  /** What is done with the votes of an in capsule for a block of samples. */
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

  private InCapsulePasses(Key key) {
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

  /** Passes over the in capsules of operands, to be handed back with {@link #release}. */
  static InCapsulePasses over(
      RoutingSizes sizes, RoutingEngine engine, INDArray u, INDArray weight) {
    Key key = new Key(sizes, engine, u.size(0));
    InCapsulePasses passes = POOL.take(key, () -> new InCapsulePasses(key));
    passes.weight = weight;
    passes.poses.read(u, engine.workers());
    return passes;
  }

  /** Lets another call have the scratch memory. */
  void release() {
    weight = null;
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
        + Math.min(workers, parts(sizes)) * perWorker;
  }

  private static int parts(RoutingSizes sizes) {
    return Math.min(PARTS, sizes.in());
  }

  private static int tile(RoutingSizes sizes) {
    return Math.min(TILE, sizes.in());
  }

  /** The sum over the in capsules of their votes, {@code [block][out · dim · lanes]}. */
  SampleLanes sumOfVotes() {
    return sum(
        (worker, part, first, i, b) ->
            worker.routing.addVotes(
                worker.weights,
                i * sizes.weights(),
                poses.blocks[b],
                pose(first + i),
                sums[part].blocks[b]));
  }

  /** The sum over the in capsules of what work adds to its sums. */
  SampleLanes sum(Work work) {
    return sum(
        (worker, part, first, i, b) -> {
          worker.routing.vote(
              worker.weights, i * sizes.weights(), poses.blocks[b], pose(first + i));
          work.run(worker.routing, b, sums[part].blocks[b]);
        });
  }

  private SampleLanes sum(Step step) {
    for (SampleLanes ofPart : sums) {
      ofPart.clear();
    }
    forTiles(step, null);
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
        (worker, part, first, i, b) -> {
          VoteRouting routing = worker.routing;
          float[] block = poses.blocks[b];
          int wo = i * sizes.weights();
          int po = pose(first + i);
          routing.vote(worker.weights, wo, block, po);
          work.run(routing, b, null);
          routing.weightGradients(block, po, worker.weightGradient(), wo, b > 0);
          routing.poseGradients(worker.weights, wo, block, po);
        },
        dw);
    poses.write(du, engine.workers());
  }

  /** Where the poses of an in capsule begin in a block. */
  private int pose(int i) {
    return i * sizes.inDim() * poses.lanes;
  }

  /**
   * What is done with in capsule {@code i} of the tile that begins at {@code first}, for a block.
   */
  private interface Step {
    void run(Worker worker, int part, int first, int i, int block);
  }

  /** Takes the blocks in turn to the in capsules of a tile; {@code dw} may be null. */
  private void forTiles(Step step, INDArray dw) {
    Parallel.forRange(
        sums.length,
        workers.length,
        (w, from, to) -> {
          for (int part = from; part < to; part++) {
            int end = bound(part + 1);
            for (int first = bound(part); first < end; first += TILE) {
              forTile(workers[w], part, first, Math.min(TILE, end - first), step, dw);
            }
          }
        });
  }

  /** The first in capsule of a part. */
  private int bound(int part) {
    return (int) ((long) sizes.in() * part / sums.length);
  }

  private void forTile(Worker worker, int part, int first, int count, Step step, INDArray dw) {
    int weights = sizes.weights();
    Floats.read(weight, (long) first * weights, worker.weights, 0, count * weights);
    for (int b = 0; b < poses.blocks.length; b++) {
      for (int i = 0; i < count; i++) {
        step.run(worker, part, first, i, b);
      }
    }
    if (dw != null) {
      Floats.write(dw, (long) first * weights, worker.weightGradient(), 0, count * weights);
    }
  }
}
