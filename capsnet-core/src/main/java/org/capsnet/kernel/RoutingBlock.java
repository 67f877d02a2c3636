package org.capsnet.kernel;

import java.util.stream.Stream;

/**
 * Dynamic routing of given votes for a block of samples, which all stand in the scratch memory of
 * one worker: what {@link DenseRoutingKernel} does in passes over input capsules whose votes it
 * does not keep.
 */
final class RoutingBlock {

  private final RoutingSizes sizes;
  private final float[] bias;
  private final int lanes;
  private final int few;

  /** One for each few input capsules, with their votes and couplings. */
  private final VoteRouting[] voters;

  /** Of each iteration s, v, Σ v of those before it, and ds. */
  private final SampleLanes[] s;

  private final SampleLanes[] v;
  private final SampleLanes[] reach;
  private final SampleLanes[] sGradient;

  /**
   * Makes the scratch memory.
   *
   * @param sizes of the layer, whose inDim does not matter
   * @param bias {@code [out · dim]}
   * @param samples that are to be routed; a block takes {@link SampleLanes#lanes} of them
   * @param engine what it runs on
   */
  RoutingBlock(RoutingSizes sizes, float[] bias, long samples, RoutingEngine engine) {
    this.sizes = sizes;
    this.bias = bias;
    lanes = SampleLanes.lanes(samples, engine.loops().lanes());
    few = VoteRouting.few(sizes);
    voters = new VoteRouting[(sizes.in() + few - 1) / few];
    for (int i = 0; i < voters.length; i++) {
      voters[i] = new VoteRouting(sizes, lanes, engine);
      voters[i].take(Math.min(few, sizes.in() - i * few));
    }
    s = likeCapsules();
    v = likeCapsules();
    reach = likeCapsules();
    sGradient = likeCapsules();
  }

  private SampleLanes[] likeCapsules() {
    return Stream.generate(() -> new SampleLanes(lanes, sizes.width(), lanes))
        .limit(sizes.iterations())
        .toArray(SampleLanes[]::new);
  }

  /**
   * Where the votes of an input capsule are, {@code [out · dim][lanes]}, to be written and read.
   */
  float[] votes(int in) {
    return voters[in / few].votes();
  }

  /** Where they begin there. */
  int votesAt(int in) {
    return in % few * voters[0].votesEach();
  }

  /**
   * Routes the votes.
   *
   * @return the output capsules, {@code [out · dim][lanes]}
   */
  float[] forward() {
    int last = sizes.iterations() - 1;
    reach[0].clear();
    for (int r = 0; r <= last; r++) {
      total(r);
      copy(s[r], v[r]);
      v[r].squash(sizes.dim());
      if (r < last) {
        copy(reach[r], reach[r + 1]);
        reach[r + 1].add(v[r]);
      }
    }
    return rows(v[last]);
  }

  /** Makes s^r, the totals that output capsules are squashed from. */
  private void total(int r) {
    s[r].clear();
    for (VoteRouting voter : voters) {
      if (r == 0) {
        voter.sendAlike(rows(s[r]));
      } else {
        voter.agree(rows(reach[r]));
        voter.couple(r);
        voter.send(r, rows(s[r]));
      }
    }
    s[r].addToRows(bias);
  }

  /** Where the gradient of the output capsules goes before {@link #backward}. */
  float[] upstream() {
    return rows(sGradient[sizes.iterations() - 1]);
  }

  /**
   * Turns the votes into their gradients, after {@link #forward}.
   *
   * @param biasGradient {@code [out · dim]}, to which that of the bias is added
   */
  void backward(float[] biasGradient) {
    int first = sizes.firstIteration();
    for (int r = sizes.iterations() - 1; r >= first; r--) {
      SampleLanes g = sGradient[r];
      g.squashGradient(s[r], sizes.dim());
      g.addSumsOfRows(biasGradient);
      if (r > first) {
        sGradient[r - 1].clear();
        for (VoteRouting voter : voters) {
          voter.logitGradients(r, rows(g));
          voter.sendBack(r, rows(sGradient[r - 1]));
        }
      }
    }
    float[][] ds = Stream.of(sGradient).map(RoutingBlock::rows).toArray(float[][]::new);
    float[][] capsules = Stream.of(v).map(RoutingBlock::rows).toArray(float[][]::new);
    float[][] directions = Directions.of(sizes, ds, capsules);
    for (VoteRouting voter : voters) {
      voter.voteGradients(directions);
    }
  }

  private static void copy(SampleLanes from, SampleLanes to) {
    System.arraycopy(rows(from), 0, rows(to), 0, rows(to).length);
  }

  private static float[] rows(SampleLanes block) {
    return block.blocks[0];
  }
}
