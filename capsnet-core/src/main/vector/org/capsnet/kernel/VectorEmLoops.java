package org.capsnet.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** The loops of EM routing by the Vector API. */
final class VectorEmLoops extends VectorVoteLoops implements EmLoops {

  @Override
  public float weigh(float[] r, float[] a, float[] to) {
    FloatVector s = FloatVector.zero(SPECIES);
    for (int i = 0; i < to.length; i += L) {
      FloatVector w = load(r, i).mul(load(a, i));
      w.intoArray(to, i);
      s = s.add(w);
    }
    float[] own = lanes();
    s.intoArray(own, 0);
    return VectorLanes.sum(own, 0);
  }

  @Override
  public void squares(float[][] votes, float[] w, float[] mean, float[] to, int at) {
    float[] own = lanes();
    int d = 0;
    for (; d + 4 <= votes.length; d += 4) {
      float[] r0 = votes[d];
      float[] r1 = votes[d + 1];
      float[] r2 = votes[d + 2];
      float[] r3 = votes[d + 3];
      FloatVector m0 = FloatVector.broadcast(SPECIES, mean[at + d]);
      FloatVector m1 = FloatVector.broadcast(SPECIES, mean[at + d + 1]);
      FloatVector m2 = FloatVector.broadcast(SPECIES, mean[at + d + 2]);
      FloatVector m3 = FloatVector.broadcast(SPECIES, mean[at + d + 3]);
      FloatVector s0 = FloatVector.zero(SPECIES);
      FloatVector s1 = FloatVector.zero(SPECIES);
      FloatVector s2 = FloatVector.zero(SPECIES);
      FloatVector s3 = FloatVector.zero(SPECIES);
      for (int i = 0; i < w.length; i += L) {
        FloatVector f = load(w, i);
        FloatVector x0 = load(r0, i).sub(m0);
        s0 = x0.mul(f).fma(x0, s0);
        FloatVector x1 = load(r1, i).sub(m1);
        s1 = x1.mul(f).fma(x1, s1);
        FloatVector x2 = load(r2, i).sub(m2);
        s2 = x2.mul(f).fma(x2, s2);
        FloatVector x3 = load(r3, i).sub(m3);
        s3 = x3.mul(f).fma(x3, s3);
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
      FloatVector m = FloatVector.broadcast(SPECIES, mean[at + d]);
      FloatVector s = FloatVector.zero(SPECIES);
      for (int i = 0; i < w.length; i += L) {
        FloatVector x = load(votes[d], i).sub(m);
        s = x.mul(load(w, i)).fma(x, s);
      }
      s.intoArray(own, 0);
      to[at + d] = VectorLanes.sum(own, 0);
    }
  }

  @Override
  public void parabolas(
      float[][] votes,
      float[] mean,
      float[] linear,
      float[] quadratic,
      int at,
      float start,
      float[] to) {
    Arrays.fill(to, 0);
    int d = 0;
    for (; d + 4 <= votes.length; d += 4) {
      addFour(votes, d, mean, linear, quadratic, at + d, to);
    }
    for (; d < votes.length; d++) {
      addOne(votes[d], mean[at + d], linear[at + d], quadratic[at + d], to);
    }
    // Sums of few numbers first, and the largest last, lose the fewest digits. A plain loop: the
    // vectors of one that stood here became objects in some processes.
    Loops.add(start, to);
  }

  private static void addFour(
      float[][] votes, int d, float[] mean, float[] linear, float[] quadratic, int at, float[] to) {
    float[] r0 = votes[d];
    float[] r1 = votes[d + 1];
    float[] r2 = votes[d + 2];
    float[] r3 = votes[d + 3];
    FloatVector m0 = FloatVector.broadcast(SPECIES, mean[at]);
    FloatVector m1 = FloatVector.broadcast(SPECIES, mean[at + 1]);
    FloatVector m2 = FloatVector.broadcast(SPECIES, mean[at + 2]);
    FloatVector m3 = FloatVector.broadcast(SPECIES, mean[at + 3]);
    FloatVector l0 = FloatVector.broadcast(SPECIES, linear[at]);
    FloatVector l1 = FloatVector.broadcast(SPECIES, linear[at + 1]);
    FloatVector l2 = FloatVector.broadcast(SPECIES, linear[at + 2]);
    FloatVector l3 = FloatVector.broadcast(SPECIES, linear[at + 3]);
    FloatVector q0 = FloatVector.broadcast(SPECIES, quadratic[at]);
    FloatVector q1 = FloatVector.broadcast(SPECIES, quadratic[at + 1]);
    FloatVector q2 = FloatVector.broadcast(SPECIES, quadratic[at + 2]);
    FloatVector q3 = FloatVector.broadcast(SPECIES, quadratic[at + 3]);
    for (int i = 0; i < to.length; i += L) {
      FloatVector x0 = load(r0, i).sub(m0);
      FloatVector s0 = q0.fma(x0, l0).mul(x0);
      FloatVector x1 = load(r1, i).sub(m1);
      s0 = q1.fma(x1, l1).fma(x1, s0);
      FloatVector x2 = load(r2, i).sub(m2);
      FloatVector s1 = q2.fma(x2, l2).mul(x2);
      FloatVector x3 = load(r3, i).sub(m3);
      s1 = q3.fma(x3, l3).fma(x3, s1);
      s0.add(s1).add(load(to, i)).intoArray(to, i);
    }
  }

  private static void addOne(float[] v, float mean, float linear, float quadratic, float[] to) {
    FloatVector m = FloatVector.broadcast(SPECIES, mean);
    FloatVector l = FloatVector.broadcast(SPECIES, linear);
    FloatVector q = FloatVector.broadcast(SPECIES, quadratic);
    for (int i = 0; i < to.length; i += L) {
      FloatVector x = load(v, i).sub(m);
      q.fma(x, l).fma(x, load(to, i)).intoArray(to, i);
    }
  }

  @Override
  public void moments(
      float[][] votes, float[] mean, int at, float[] f, float[] first, float[] second) {
    float[] own = lanes();
    int d = 0;
    for (; d + 2 <= votes.length; d += 2) {
      float[] r0 = votes[d];
      float[] r1 = votes[d + 1];
      FloatVector m0 = FloatVector.broadcast(SPECIES, mean[at + d]);
      FloatVector m1 = FloatVector.broadcast(SPECIES, mean[at + d + 1]);
      FloatVector s0 = FloatVector.zero(SPECIES);
      FloatVector s1 = FloatVector.zero(SPECIES);
      FloatVector t0 = FloatVector.zero(SPECIES);
      FloatVector t1 = FloatVector.zero(SPECIES);
      for (int i = 0; i < f.length; i += L) {
        FloatVector g = load(f, i);
        FloatVector x0 = load(r0, i).sub(m0);
        FloatVector y0 = g.mul(x0);
        s0 = s0.add(y0);
        t0 = y0.fma(x0, t0);
        FloatVector x1 = load(r1, i).sub(m1);
        FloatVector y1 = g.mul(x1);
        s1 = s1.add(y1);
        t1 = y1.fma(x1, t1);
      }
      s0.intoArray(own, 0);
      s1.intoArray(own, L);
      t0.intoArray(own, 2 * L);
      t1.intoArray(own, 3 * L);
      first[d] = VectorLanes.sum(own, 0);
      first[d + 1] = VectorLanes.sum(own, L);
      second[d] = VectorLanes.sum(own, 2 * L);
      second[d + 1] = VectorLanes.sum(own, 3 * L);
    }
    for (; d < votes.length; d++) {
      FloatVector m = FloatVector.broadcast(SPECIES, mean[at + d]);
      FloatVector s = FloatVector.zero(SPECIES);
      FloatVector t = FloatVector.zero(SPECIES);
      for (int i = 0; i < f.length; i += L) {
        FloatVector x = load(votes[d], i).sub(m);
        FloatVector y = load(f, i).mul(x);
        s = s.add(y);
        t = y.fma(x, t);
      }
      s.intoArray(own, 0);
      t.intoArray(own, L);
      first[d] = VectorLanes.sum(own, 0);
      second[d] = VectorLanes.sum(own, L);
    }
  }

  @Override
  public void voteGradients(
      float[][] votes,
      float[] mean,
      float[] linear,
      float[] quadratic,
      float[] variance,
      int at,
      float[] w,
      float[] f,
      float[][] to) {
    for (int d = 0; d < votes.length; d++) {
      float[] v = votes[d];
      float[] g = to[d];
      FloatVector m = FloatVector.broadcast(SPECIES, mean[at + d]);
      FloatVector l = FloatVector.broadcast(SPECIES, linear[at + d]);
      FloatVector q = FloatVector.broadcast(SPECIES, 2 * quadratic[at + d]);
      FloatVector p = FloatVector.broadcast(SPECIES, -1 / variance[at + d]);
      for (int i = 0; i < w.length; i += L) {
        FloatVector x = load(v, i).sub(m);
        FloatVector s = q.fma(x, l).fma(load(w, i), load(g, i));
        p.mul(load(f, i)).fma(x, s).intoArray(g, i);
      }
    }
  }
}
