package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Dynamic routing (Sabour et al. 2017, procedure 1) of votes that a convolution made, at each
 * position of a grid separately.
 *
 * <p>The work is cut into blocks of positions of one sample, whose votes, logits and output
 * capsules all fit into the cache: a block reads its votes once, goes through all iterations, and
 * writes the output capsules. The backward pass reads the votes again, repeats the forward one, and
 * writes the gradients of the votes. Only the votes are kept between them.
 */
public final class GridRoutingKernel {

  private final RoutingSizes sizes;
  private final RoutingEngine engine;
  private final INDArray votes;
  private final float[] bias;
  private final long positions;
  private final int lanes;
  private final int blocksPerSample;

  /**
   * The gradients of the operands.
   *
   * @param votes {@code [batch, in, out, dim, height, width]}
   * @param bias {@code [out, dim]}
   */
  public record Gradients(INDArray votes, INDArray bias) {}

  /**
   * Takes the operands, which must fit each other.
   *
   * @param votes float {@code [batch, in, out, dim, height, width]}
   * @param bias float {@code [out, dim]}, or null for none
   * @param settings how to iterate
   */
  public GridRoutingKernel(INDArray votes, INDArray bias, RoutingSettings settings) {
    this(votes, bias, settings, RoutingEngine.ofJvm());
  }

  /** The same on a given engine. */
  GridRoutingKernel(INDArray votes, INDArray bias, RoutingSettings settings, RoutingEngine engine) {
    this.votes = Floats.dense(votes);
    this.engine = engine;
    int in = Math.toIntExact(votes.size(1));
    int out = Math.toIntExact(votes.size(2));
    sizes = new RoutingSizes(settings, in, 0, out, Math.toIntExact(votes.size(3)));
    this.bias = bias == null ? new float[sizes.width()] : Floats.read(Floats.dense(bias));
    positions = votes.size(4) * votes.size(5);
    int most = engine.loops().lanes();
    lanes = SampleLanes.lanes(positions, most);
    blocksPerSample = SampleLanes.blocks(positions, most);
  }

  /** {@return the output capsules v, float {@code [batch, out, dim, height, width]}} */
  public INDArray forward() {
    INDArray v =
        Floats.create(votes.size(0), sizes.out(), sizes.dim(), votes.size(4), votes.size(5));
    forBlocks(
        (block, index) -> {
          readVotes(block, index);
          write(v, 0, 1, index, block.forward(), 0);
        });
    return v;
  }

  /**
   * The gradients.
   *
   * @param upstream dL/dv, float {@code [batch, out, dim, height, width]}
   * @return those of the votes and the bias
   */
  public Gradients backward(INDArray upstream) {
    INDArray g = Floats.dense(upstream);
    INDArray dvotes = Floats.create(votes.shape());
    // A sum for each block, added in order: so the result is the same by any number of workers.
    float[][] sums = new float[blocks()][sizes.width()];
    forBlocks(
        (block, index) -> {
          readVotes(block, index);
          block.forward();
          read(g, 0, 1, index, block.upstream(), 0);
          block.backward(sums[index]);
          for (int i = 0; i < sizes.in(); i++) {
            write(dvotes, i, sizes.in(), index, block.votes(i), block.votesAt(i));
          }
        });
    float[] total = new float[sizes.width()];
    for (float[] sum : sums) {
      Loops.add(sum, total);
    }
    INDArray dbias = Floats.create(sizes.out(), sizes.dim());
    Floats.write(dbias, 0, total, 0, total.length);
    return new Gradients(dvotes, dbias);
  }

  private int blocks() {
    return Math.toIntExact(votes.size(0) * blocksPerSample);
  }

  /** What is done with a block. */
  private interface Work {
    void run(RoutingBlock block, int index);
  }

  private void forBlocks(Work work) {
    Parallel.forRange(
        blocks(),
        engine.workers(),
        (worker, from, to) -> {
          RoutingBlock block = new RoutingBlock(sizes, bias, positions, engine);
          for (int index = from; index < to; index++) {
            work.run(block, index);
          }
        });
  }

  private void readVotes(RoutingBlock block, int index) {
    for (int i = 0; i < sizes.in(); i++) {
      read(votes, i, sizes.in(), index, block.votes(i), block.votesAt(i));
    }
  }

  /**
   * Reads rows of a block, and fills them up with zeros.
   *
   * @param array {@code [batch, parts, out · dim, positions]}
   * @param part of the array
   * @param parts in the array
   * @param index of the block
   * @param rows {@code [out · dim][lanes]}, from {@code at} on
   */
  private void read(INDArray array, int part, int parts, int index, float[] rows, int at) {
    int count = count(index);
    if (count < lanes) {
      Arrays.fill(rows, at, at + sizes.width() * lanes, 0);
    }
    Floats.readRows(array, at(part, parts, index), stride(), sizes.width(), count, rows, at, lanes);
  }

  /** Writes what {@link #read} reads. */
  private void write(INDArray array, int part, int parts, int index, float[] rows, int at) {
    Floats.writeRows(
        array, at(part, parts, index), stride(), sizes.width(), count(index), rows, at, lanes);
  }

  private int stride() {
    return Math.toIntExact(positions);
  }

  /** The positions of a block. */
  private int count(int index) {
    return (int) Math.min(lanes, positions - first(index));
  }

  /** The first position of a block. */
  private long first(int index) {
    return (long) (index % blocksPerSample) * lanes;
  }

  private long at(int part, int parts, int index) {
    long sample = index / blocksPerSample;
    return (sample * parts + part) * sizes.width() * positions + first(index);
  }
}
