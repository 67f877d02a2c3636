package org.capsnet.kernel;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Votes {@code [samples, in, out, dim]}. */
final class GivenVotes extends VoteOperands {

  private final INDArray votes;

  GivenVotes(INDArray votes) {
    this.votes = Floats.dense(votes);
  }

  @Override
  long samples() {
    return votes.size(0);
  }

  @Override
  int in() {
    return Math.toIntExact(votes.size(1));
  }

  @Override
  int out() {
    return Math.toIntExact(votes.size(2));
  }

  @Override
  int dim() {
    return Math.toIntExact(votes.size(3));
  }

  @Override
  long sharedNumbers() {
    return 0;
  }

  /** The numbers of the arrays of rows. */
  static long numbers(VoteSizes sizes) {
    return 2L * sizes.in() * sizes.out() * sizes.dim();
  }

  @Override
  VoteRows rows(VoteSizes sizes, VoteLoops loops) {
    return new HeldRows(sizes, null);
  }

  @Override
  Gradients gradients(VoteSizes sizes, VoteLoops loops, int parts, int workers) {
    INDArray gradient = Floats.create(votes.shape());
    return new Gradients() {
      @Override
      public List<INDArray> arrays() {
        return List.of(gradient);
      }

      @Override
      public VoteRows rows() {
        return new HeldRows(sizes, gradient);
      }
    };
  }

  /** Holds the votes at a position, and their gradient. */
  private final class HeldRows implements VoteRows {
    private final VoteSizes sizes;
    private final INDArray gradient;
    private final float[] held;
    private final float[] heldGradient;
    private long sample;
    private long heldSample = -1;

    HeldRows(VoteSizes sizes, INDArray gradient) {
      this.sizes = sizes;
      this.gradient = gradient;
      held = new float[Math.multiplyExact(sizes.in(), sizes.out() * sizes.dim())];
      heldGradient = gradient == null ? null : new float[held.length];
    }

    @Override
    public void begin(int part) {
      // Samples share nothing.
    }

    @Override
    public void read(long which) {
      sample = which;
    }

    private long at(long ofBatch, int position) {
      return ofBatch * sizes.positions() + position;
    }

    @Override
    public void votes(int position, int j, float[][] to) {
      long wanted = at(sample, position);
      if (heldSample != wanted) {
        Floats.read(votes, wanted * held.length, held, 0, held.length);
        heldSample = wanted;
      }
      int each = sizes.out() * sizes.dim();
      for (int d = 0; d < to.length; d++) {
        float[] row = to[d];
        int from = j * sizes.dim() + d;
        for (int i = 0; i < sizes.in(); i++) {
          row[i] = held[from + i * each];
        }
      }
    }

    @Override
    public void addGradient(int position, int j, float[][] of) {
      int each = sizes.out() * sizes.dim();
      for (int d = 0; d < of.length; d++) {
        float[] row = of[d];
        int to = j * sizes.dim() + d;
        for (int i = 0; i < sizes.in(); i++) {
          heldGradient[to + i * each] = row[i];
        }
      }
    }

    @Override
    public void write(long which, int position) {
      Floats.write(gradient, at(which, position) * held.length, heldGradient, 0, held.length);
    }
  }
}
