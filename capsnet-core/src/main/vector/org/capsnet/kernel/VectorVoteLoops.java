package org.capsnet.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops over rows of votes by the Vector API: four rows at a time, written out for the reason
 * that {@link VectorGemm} gives. Sums over a row are those of its lanes, added in a fixed order.
 */
class VectorVoteLoops implements VoteLoops {

  static final VectorSpecies<Float> SPECIES = VectorRoutingLoops.SPECIES;
  static final int L = SPECIES.length();

  /** Of a thread, vectors whose lanes are added up. */
  private final ThreadLocal<float[]> lanes = ThreadLocal.withInitial(() -> new float[8 * L]);

  final float[] lanes() {
    return lanes.get();
  }

  static FloatVector load(float[] row, int i) {
    return FloatVector.fromArray(SPECIES, row, i);
  }

  @Override
  public void products(int m, int n, int o, float[][] a, float[][] b, float[][] to, boolean add) {
    for (int x = 0; x < m; x++) {
      int y = 0;
      for (; y + 4 <= o; y += 4) {
        int k = 0;
        for (; k + 4 <= n; k += 4) {
          fourByFour(a, x * n + k, b, k * o + y, o, to, x * o + y, add || k > 0);
        }
        for (; k < n; k++) {
          oneByFour(a[x * n + k], b, k * o + y, to, x * o + y, add || k > 0);
        }
      }
      for (; y < o; y++) {
        for (int k = 0; k < n; k++) {
          one(a[x * n + k], b[k * o + y], to[x * o + y], add || k > 0);
        }
      }
    }
  }

  /** {@code to_y (+)= Σ_k a_k b_ky}, of four k and four y. */
  private static void fourByFour(
      float[][] a, int ao, float[][] b, int bo, int stride, float[][] to, int at, boolean add) {
    fourByTwo(a, ao, b, bo, stride, to[at], to[at + 1], add);
    fourByTwo(a, ao, b, bo + 2, stride, to[at + 2], to[at + 3], add);
  }

  private static void fourByTwo(
      float[][] a, int ao, float[][] b, int bo, int stride, float[] t0, float[] t1, boolean add) {
    float[] a0 = a[ao];
    float[] a1 = a[ao + 1];
    float[] a2 = a[ao + 2];
    float[] a3 = a[ao + 3];
    float[] b00 = b[bo];
    float[] b10 = b[bo + stride];
    float[] b20 = b[bo + 2 * stride];
    float[] b30 = b[bo + 3 * stride];
    float[] b01 = b[bo + 1];
    float[] b11 = b[bo + 1 + stride];
    float[] b21 = b[bo + 1 + 2 * stride];
    float[] b31 = b[bo + 1 + 3 * stride];
    if (add) {
      for (int i = 0; i < t0.length; i += L) {
        FloatVector v0 = load(a0, i);
        FloatVector v1 = load(a1, i);
        FloatVector v2 = load(a2, i);
        FloatVector v3 = load(a3, i);
        FloatVector s0 = v0.fma(load(b00, i), load(t0, i));
        FloatVector s1 = v0.fma(load(b01, i), load(t1, i));
        s0 = v1.fma(load(b10, i), s0);
        s1 = v1.fma(load(b11, i), s1);
        s0 = v2.fma(load(b20, i), s0);
        s1 = v2.fma(load(b21, i), s1);
        v3.fma(load(b30, i), s0).intoArray(t0, i);
        v3.fma(load(b31, i), s1).intoArray(t1, i);
      }
    } else {
      for (int i = 0; i < t0.length; i += L) {
        FloatVector v0 = load(a0, i);
        FloatVector v1 = load(a1, i);
        FloatVector v2 = load(a2, i);
        FloatVector v3 = load(a3, i);
        FloatVector s0 = v0.mul(load(b00, i));
        FloatVector s1 = v0.mul(load(b01, i));
        s0 = v1.fma(load(b10, i), s0);
        s1 = v1.fma(load(b11, i), s1);
        s0 = v2.fma(load(b20, i), s0);
        s1 = v2.fma(load(b21, i), s1);
        v3.fma(load(b30, i), s0).intoArray(t0, i);
        v3.fma(load(b31, i), s1).intoArray(t1, i);
      }
    }
  }

  private static void oneByFour(float[] a, float[][] b, int bo, float[][] to, int at, boolean add) {
    if (!add) {
      for (int y = 0; y < 4; y++) {
        one(a, b[bo + y], to[at + y], false);
      }
      return;
    }
    float[] b0 = b[bo];
    float[] b1 = b[bo + 1];
    float[] b2 = b[bo + 2];
    float[] b3 = b[bo + 3];
    float[] t0 = to[at];
    float[] t1 = to[at + 1];
    float[] t2 = to[at + 2];
    float[] t3 = to[at + 3];
    for (int i = 0; i < a.length; i += L) {
      FloatVector v = load(a, i);
      v.fma(load(b0, i), load(t0, i)).intoArray(t0, i);
      v.fma(load(b1, i), load(t1, i)).intoArray(t1, i);
      v.fma(load(b2, i), load(t2, i)).intoArray(t2, i);
      v.fma(load(b3, i), load(t3, i)).intoArray(t3, i);
    }
  }

  private static void one(float[] a, float[] b, float[] to, boolean add) {
    if (add) {
      for (int i = 0; i < a.length; i += L) {
        load(a, i).fma(load(b, i), load(to, i)).intoArray(to, i);
      }
    } else {
      for (int i = 0; i < a.length; i += L) {
        load(a, i).mul(load(b, i)).intoArray(to, i);
      }
    }
  }

  @Override
  public void sums(float[][] votes, float[] w, float[] to, int at) {
    float[] own = lanes();
    int d = 0;
    for (; d + 4 <= votes.length; d += 4) {
      float[] r0 = votes[d];
      float[] r1 = votes[d + 1];
      float[] r2 = votes[d + 2];
      float[] r3 = votes[d + 3];
      FloatVector s0 = FloatVector.zero(SPECIES);
      FloatVector s1 = FloatVector.zero(SPECIES);
      FloatVector s2 = FloatVector.zero(SPECIES);
      FloatVector s3 = FloatVector.zero(SPECIES);
      for (int i = 0; i < w.length; i += L) {
        FloatVector f = load(w, i);
        s0 = f.fma(load(r0, i), s0);
        s1 = f.fma(load(r1, i), s1);
        s2 = f.fma(load(r2, i), s2);
        s3 = f.fma(load(r3, i), s3);
      }
      s0.intoArray(own, 0);
      s1.intoArray(own, L);
      s2.intoArray(own, 2 * L);
      s3.intoArray(own, 3 * L);
      for (int k = 0; k < 4; k++) {
        to[at + d + k] = VectorLanes.sum(own, k * L);
      }
    }
    for (; d < votes.length; d++) {
      FloatVector s = FloatVector.zero(SPECIES);
      for (int i = 0; i < w.length; i += L) {
        s = load(w, i).fma(load(votes[d], i), s);
      }
      s.intoArray(own, 0);
      to[at + d] = VectorLanes.sum(own, 0);
    }
  }

  @Override
  public void agree(float[][] votes, float[] direction, int at, float[] to) {
    Arrays.fill(to, 0);
    int d = 0;
    for (; d + 4 <= votes.length; d += 4) {
      float[] r0 = votes[d];
      float[] r1 = votes[d + 1];
      float[] r2 = votes[d + 2];
      float[] r3 = votes[d + 3];
      FloatVector q0 = FloatVector.broadcast(SPECIES, direction[at + d]);
      FloatVector q1 = FloatVector.broadcast(SPECIES, direction[at + d + 1]);
      FloatVector q2 = FloatVector.broadcast(SPECIES, direction[at + d + 2]);
      FloatVector q3 = FloatVector.broadcast(SPECIES, direction[at + d + 3]);
      for (int i = 0; i < to.length; i += L) {
        FloatVector s0 = q1.fma(load(r1, i), q0.mul(load(r0, i)));
        FloatVector s1 = q3.fma(load(r3, i), q2.mul(load(r2, i)));
        s0.add(s1).add(load(to, i)).intoArray(to, i);
      }
    }
    for (; d < votes.length; d++) {
      FloatVector q = FloatVector.broadcast(SPECIES, direction[at + d]);
      for (int i = 0; i < to.length; i += L) {
        q.fma(load(votes[d], i), load(to, i)).intoArray(to, i);
      }
    }
  }

  @Override
  public void spread(float[] w, float[] a, float[] f, float[] b, int at, float[][] to) {
    int d = 0;
    for (; d + 2 <= to.length; d += 2) {
      float[] t0 = to[d];
      float[] t1 = to[d + 1];
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + d]);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + d + 1]);
      FloatVector b0 = FloatVector.broadcast(SPECIES, b[at + d]);
      FloatVector b1 = FloatVector.broadcast(SPECIES, b[at + d + 1]);
      for (int i = 0; i < w.length; i += L) {
        FloatVector x = load(w, i);
        FloatVector y = load(f, i);
        y.fma(b0, x.fma(a0, load(t0, i))).intoArray(t0, i);
        y.fma(b1, x.fma(a1, load(t1, i))).intoArray(t1, i);
      }
    }
    for (; d < to.length; d++) {
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + d]);
      FloatVector b0 = FloatVector.broadcast(SPECIES, b[at + d]);
      for (int i = 0; i < w.length; i += L) {
        load(f, i).fma(b0, load(w, i).fma(a0, load(to[d], i))).intoArray(to[d], i);
      }
    }
  }

  /** As {@link Loops#preciseExp}. */
  @Override
  public void exp(float[] row, float[] largest, float[] total) {
    for (int i = 0; i < row.length; i += L) {
      FloatVector exponent = load(row, i).sub(load(largest, i));
      FloatVector x = exponent.max(Loops.LEAST_EXPONENT);
      FloatVector shifted = x.mul(Loops.LOG2_E).add(Loops.ROUNDER);
      FloatVector k = shifted.sub(Loops.ROUNDER);
      FloatVector r = k.fma(FloatVector.broadcast(SPECIES, -Loops.LN_2), x);
      r = k.fma(FloatVector.broadcast(SPECIES, -Loops.LN_2_REST), r);
      FloatVector p = FloatVector.broadcast(SPECIES, 1f / 5040);
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 720));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 120));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 24));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 6));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 0.5f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1));
      IntVector bits = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, Loops.MANTISSA);
      FloatVector e = p.mul(bits.add(Loops.ONE).reinterpretAsFloats());
      e = e.blend(0, exponent.lt(Loops.LEAST_EXPONENT));
      e.intoArray(row, i);
      e.add(load(total, i)).intoArray(total, i);
    }
  }
}
