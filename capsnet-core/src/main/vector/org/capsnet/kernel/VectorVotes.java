package org.capsnet.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of products that make votes and gradients of poses, with the Vector API: some rows by one
 * or two vectors of samples, held in registers. They are written out for the reasons that {@link
 * VectorGemm} gives, which also explains the short names.
 */
final class VectorVotes {

  private static final VectorSpecies<Float> SPECIES = VectorRoutingLoops.SPECIES;
  private static final int L = SPECIES.length();

  /** The distance of rows where a block is as long as it gets: only then it has two vectors. */
  private static final int N = Math.max(Gemm.LANES, 2 * L);

  /** What a sum starts from. */
  private static final float[] ZEROS = new float[2 * L];

  /** Whether 8 poses of two vectors fit the registers. */
  private static final boolean WIDE = L >= 16;

  private VectorVotes() {}

  /** {@code sums += W u}. */
  static void addVotes(
      int rows, int k, int n, float[] weights, int wo, float[] poses, int po, float[] sums) {
    if (!WIDE || k % 8 != 0) {
      add(rows, k, n, weights, wo, k, 1, poses, po, sums, 0);
      return;
    }
    for (int l = 0; l < k; l += 8) {
      int t = 0;
      for (; t + 2 * L <= n; t += 2 * L) {
        addEight2(rows, k, n, weights, wo + l, poses, po + l * n + t, sums, t);
      }
      if (t < n) {
        addEight1(rows, k, n, weights, wo + l, poses, po + l * n + t, sums, t);
      }
    }
  }

  /**
   * Makes the votes of an input capsule for one output capsule, and their agreement; parameters as
   * those of {@link RoutingLoops#vote}, but that offsets are those of the output capsule.
   */
  static void vote(
      int dim,
      int k,
      int n,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      float[] votes,
      int vo,
      float[] direction,
      int from,
      float[] agreement,
      int at) {
    if (WIDE && k % 8 == 0) {
      for (int l = 0; l < k; l += 8) {
        int t = 0;
        float[] start = l == 0 ? ZEROS : votes;
        for (; t + 2 * L <= n; t += 2 * L) {
          voteEight2(
              dim,
              k,
              n,
              weights,
              wo + l,
              poses,
              po + l * n + t,
              start,
              l == 0 ? 0 : vo + t,
              l == 0 ? 0 : n,
              votes,
              vo + t,
              direction,
              from + t,
              agreement,
              at + t);
        }
        if (t < n) {
          voteEight1(
              dim,
              k,
              n,
              weights,
              wo + l,
              poses,
              po + l * n + t,
              start,
              l == 0 ? 0 : vo + t,
              l == 0 ? 0 : n,
              votes,
              vo + t,
              direction,
              from + t,
              agreement,
              at + t);
        }
      }
      return;
    }
    int four = dim / 4 * 4;
    int t = 0;
    for (; t + 2 * L <= n; t += 2 * L) {
      vote4x2(
          four, k, weights, wo, poses, po + t, votes, vo + t, direction, from + t, ZEROS, 0,
          agreement, at + t);
      if (four < dim) {
        vote1x2(
            dim - four,
            k,
            weights,
            wo + four * k,
            poses,
            po + t,
            votes,
            vo + four * n + t,
            direction,
            from + four * n + t,
            agreement,
            at + t,
            agreement,
            at + t);
      }
    }
    if (t < n) {
      int eight = dim / 8 * 8;
      vote8x1(
          eight, k, n, weights, wo, poses, po + t, votes, vo + t, direction, from + t, ZEROS, 0,
          agreement, at + t);
      if (eight < dim) {
        vote1x1(
            dim - eight,
            k,
            n,
            weights,
            wo + eight * k,
            poses,
            po + t,
            votes,
            vo + eight * n + t,
            direction,
            from + eight * n + t,
            agreement,
            at + t,
            agreement,
            at + t);
      }
    }
  }

  /**
   * {@code C += A · B}. The samples are columns, and n is from a row to the next of B and C.
   *
   * @param rows of A and C
   * @param depth columns of A, rows of B
   */
  static void add(
      int rows,
      int depth,
      int n,
      float[] a,
      int ao,
      int ai,
      int al,
      float[] b,
      int bo,
      float[] c,
      int co) {
    int t = 0;
    for (; t + 2 * L <= n; t += 2 * L) {
      int r = 0;
      for (; WIDE && r + 8 <= rows; r += 8) {
        add8x2(depth, n, a, ao + r * ai, ai, al, b, bo + t, c, co + r * n + t);
      }
      for (; r + 4 <= rows; r += 4) {
        add4x2(depth, n, a, ao + r * ai, ai, al, b, bo + t, c, co + r * n + t);
      }
      for (; r < rows; r++) {
        add1x2(depth, n, a, ao + r * ai, al, b, bo + t, c, co + r * n + t);
      }
    }
    if (t < n) {
      int r = 0;
      for (; r + 8 <= rows; r += 8) {
        add8x1(depth, n, a, ao + r * ai, ai, al, b, bo + t, c, co + r * n + t);
      }
      for (; r < rows; r++) {
        add1x1(depth, n, a, ao + r * ai, al, b, bo + t, c, co + r * n + t);
      }
    }
  }

  private static void vote4x2(
      int rows,
      int k,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      float[] votes,
      int vo,
      float[] direction,
      int from,
      float[] start,
      int so,
      float[] agreement,
      int at) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector s1 = FloatVector.fromArray(SPECIES, start, so + L);
    for (int r = 0; r < rows; r += 4) {
      int w = wo + r * k;
      FloatVector c00 = FloatVector.zero(SPECIES);
      FloatVector c01 = FloatVector.zero(SPECIES);
      FloatVector c10 = FloatVector.zero(SPECIES);
      FloatVector c11 = FloatVector.zero(SPECIES);
      FloatVector c20 = FloatVector.zero(SPECIES);
      FloatVector c21 = FloatVector.zero(SPECIES);
      FloatVector c30 = FloatVector.zero(SPECIES);
      FloatVector c31 = FloatVector.zero(SPECIES);
      for (int l = 0; l < k; l++) {
        int u = po + l * N;
        FloatVector u0 = FloatVector.fromArray(SPECIES, poses, u);
        FloatVector u1 = FloatVector.fromArray(SPECIES, poses, u + L);
        int x = w + l;
        FloatVector w0 = FloatVector.broadcast(SPECIES, weights[x]);
        c00 = w0.fma(u0, c00);
        c01 = w0.fma(u1, c01);
        FloatVector w1 = FloatVector.broadcast(SPECIES, weights[x + k]);
        c10 = w1.fma(u0, c10);
        c11 = w1.fma(u1, c11);
        FloatVector w2 = FloatVector.broadcast(SPECIES, weights[x + 2 * k]);
        c20 = w2.fma(u0, c20);
        c21 = w2.fma(u1, c21);
        FloatVector w3 = FloatVector.broadcast(SPECIES, weights[x + 3 * k]);
        c30 = w3.fma(u0, c30);
        c31 = w3.fma(u1, c31);
      }
      int x = vo + r * N;
      int y = from + r * N;
      c00.intoArray(votes, x);
      c01.intoArray(votes, x + L);
      c10.intoArray(votes, x + N);
      c11.intoArray(votes, x + N + L);
      c20.intoArray(votes, x + 2 * N);
      c21.intoArray(votes, x + 2 * N + L);
      c30.intoArray(votes, x + 3 * N);
      c31.intoArray(votes, x + 3 * N + L);
      s0 = c00.fma(FloatVector.fromArray(SPECIES, direction, y), s0);
      s1 = c01.fma(FloatVector.fromArray(SPECIES, direction, y + L), s1);
      s0 = c10.fma(FloatVector.fromArray(SPECIES, direction, y + N), s0);
      s1 = c11.fma(FloatVector.fromArray(SPECIES, direction, y + N + L), s1);
      s0 = c20.fma(FloatVector.fromArray(SPECIES, direction, y + 2 * N), s0);
      s1 = c21.fma(FloatVector.fromArray(SPECIES, direction, y + 2 * N + L), s1);
      s0 = c30.fma(FloatVector.fromArray(SPECIES, direction, y + 3 * N), s0);
      s1 = c31.fma(FloatVector.fromArray(SPECIES, direction, y + 3 * N + L), s1);
    }
    s0.intoArray(agreement, at);
    s1.intoArray(agreement, at + L);
  }

  private static void vote1x2(
      int rows,
      int k,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      float[] votes,
      int vo,
      float[] direction,
      int from,
      float[] start,
      int so,
      float[] agreement,
      int at) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector s1 = FloatVector.fromArray(SPECIES, start, so + L);
    for (int r = 0; r < rows; r += 1) {
      int w = wo + r * k;
      FloatVector c00 = FloatVector.zero(SPECIES);
      FloatVector c01 = FloatVector.zero(SPECIES);
      for (int l = 0; l < k; l++) {
        int u = po + l * N;
        FloatVector u0 = FloatVector.fromArray(SPECIES, poses, u);
        FloatVector u1 = FloatVector.fromArray(SPECIES, poses, u + L);
        int x = w + l;
        FloatVector w0 = FloatVector.broadcast(SPECIES, weights[x]);
        c00 = w0.fma(u0, c00);
        c01 = w0.fma(u1, c01);
      }
      int x = vo + r * N;
      int y = from + r * N;
      c00.intoArray(votes, x);
      c01.intoArray(votes, x + L);
      s0 = c00.fma(FloatVector.fromArray(SPECIES, direction, y), s0);
      s1 = c01.fma(FloatVector.fromArray(SPECIES, direction, y + L), s1);
    }
    s0.intoArray(agreement, at);
    s1.intoArray(agreement, at + L);
  }

  private static void vote8x1(
      int rows,
      int k,
      int n,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      float[] votes,
      int vo,
      float[] direction,
      int from,
      float[] start,
      int so,
      float[] agreement,
      int at) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, start, so);
    for (int r = 0; r < rows; r += 8) {
      int w = wo + r * k;
      FloatVector c00 = FloatVector.zero(SPECIES);
      FloatVector c10 = FloatVector.zero(SPECIES);
      FloatVector c20 = FloatVector.zero(SPECIES);
      FloatVector c30 = FloatVector.zero(SPECIES);
      FloatVector c40 = FloatVector.zero(SPECIES);
      FloatVector c50 = FloatVector.zero(SPECIES);
      FloatVector c60 = FloatVector.zero(SPECIES);
      FloatVector c70 = FloatVector.zero(SPECIES);
      for (int l = 0; l < k; l++) {
        int u = po + l * n;
        FloatVector u0 = FloatVector.fromArray(SPECIES, poses, u);
        int x = w + l;
        FloatVector w0 = FloatVector.broadcast(SPECIES, weights[x]);
        c00 = w0.fma(u0, c00);
        FloatVector w1 = FloatVector.broadcast(SPECIES, weights[x + k]);
        c10 = w1.fma(u0, c10);
        FloatVector w2 = FloatVector.broadcast(SPECIES, weights[x + 2 * k]);
        c20 = w2.fma(u0, c20);
        FloatVector w3 = FloatVector.broadcast(SPECIES, weights[x + 3 * k]);
        c30 = w3.fma(u0, c30);
        FloatVector w4 = FloatVector.broadcast(SPECIES, weights[x + 4 * k]);
        c40 = w4.fma(u0, c40);
        FloatVector w5 = FloatVector.broadcast(SPECIES, weights[x + 5 * k]);
        c50 = w5.fma(u0, c50);
        FloatVector w6 = FloatVector.broadcast(SPECIES, weights[x + 6 * k]);
        c60 = w6.fma(u0, c60);
        FloatVector w7 = FloatVector.broadcast(SPECIES, weights[x + 7 * k]);
        c70 = w7.fma(u0, c70);
      }
      int x = vo + r * n;
      int y = from + r * n;
      c00.intoArray(votes, x);
      c10.intoArray(votes, x + n);
      c20.intoArray(votes, x + 2 * n);
      c30.intoArray(votes, x + 3 * n);
      c40.intoArray(votes, x + 4 * n);
      c50.intoArray(votes, x + 5 * n);
      c60.intoArray(votes, x + 6 * n);
      c70.intoArray(votes, x + 7 * n);
      s0 = c00.fma(FloatVector.fromArray(SPECIES, direction, y), s0);
      s0 = c10.fma(FloatVector.fromArray(SPECIES, direction, y + n), s0);
      s0 = c20.fma(FloatVector.fromArray(SPECIES, direction, y + 2 * n), s0);
      s0 = c30.fma(FloatVector.fromArray(SPECIES, direction, y + 3 * n), s0);
      s0 = c40.fma(FloatVector.fromArray(SPECIES, direction, y + 4 * n), s0);
      s0 = c50.fma(FloatVector.fromArray(SPECIES, direction, y + 5 * n), s0);
      s0 = c60.fma(FloatVector.fromArray(SPECIES, direction, y + 6 * n), s0);
      s0 = c70.fma(FloatVector.fromArray(SPECIES, direction, y + 7 * n), s0);
    }
    s0.intoArray(agreement, at);
  }

  private static void vote1x1(
      int rows,
      int k,
      int n,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      float[] votes,
      int vo,
      float[] direction,
      int from,
      float[] start,
      int so,
      float[] agreement,
      int at) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, start, so);
    for (int r = 0; r < rows; r += 1) {
      int w = wo + r * k;
      FloatVector c00 = FloatVector.zero(SPECIES);
      for (int l = 0; l < k; l++) {
        int u = po + l * n;
        FloatVector u0 = FloatVector.fromArray(SPECIES, poses, u);
        int x = w + l;
        FloatVector w0 = FloatVector.broadcast(SPECIES, weights[x]);
        c00 = w0.fma(u0, c00);
      }
      int x = vo + r * n;
      int y = from + r * n;
      c00.intoArray(votes, x);
      s0 = c00.fma(FloatVector.fromArray(SPECIES, direction, y), s0);
    }
    s0.intoArray(agreement, at);
  }

  private static void add8x2(
      int depth, int n, float[] a, int ao, int ai, int al, float[] b, int bo, float[] c, int co) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
    FloatVector c51 = FloatVector.zero(SPECIES);
    FloatVector c60 = FloatVector.zero(SPECIES);
    FloatVector c61 = FloatVector.zero(SPECIES);
    FloatVector c70 = FloatVector.zero(SPECIES);
    FloatVector c71 = FloatVector.zero(SPECIES);
    for (int l = 0; l < depth; l++) {
      int x = ao + l * al;
      int u = bo + l * n;
      FloatVector u0 = FloatVector.fromArray(SPECIES, b, u);
      FloatVector u1 = FloatVector.fromArray(SPECIES, b, u + L);
      FloatVector w0 = FloatVector.broadcast(SPECIES, a[x]);
      c00 = w0.fma(u0, c00);
      c01 = w0.fma(u1, c01);
      FloatVector w1 = FloatVector.broadcast(SPECIES, a[x + ai]);
      c10 = w1.fma(u0, c10);
      c11 = w1.fma(u1, c11);
      FloatVector w2 = FloatVector.broadcast(SPECIES, a[x + 2 * ai]);
      c20 = w2.fma(u0, c20);
      c21 = w2.fma(u1, c21);
      FloatVector w3 = FloatVector.broadcast(SPECIES, a[x + 3 * ai]);
      c30 = w3.fma(u0, c30);
      c31 = w3.fma(u1, c31);
      FloatVector w4 = FloatVector.broadcast(SPECIES, a[x + 4 * ai]);
      c40 = w4.fma(u0, c40);
      c41 = w4.fma(u1, c41);
      FloatVector w5 = FloatVector.broadcast(SPECIES, a[x + 5 * ai]);
      c50 = w5.fma(u0, c50);
      c51 = w5.fma(u1, c51);
      FloatVector w6 = FloatVector.broadcast(SPECIES, a[x + 6 * ai]);
      c60 = w6.fma(u0, c60);
      c61 = w6.fma(u1, c61);
      FloatVector w7 = FloatVector.broadcast(SPECIES, a[x + 7 * ai]);
      c70 = w7.fma(u0, c70);
      c71 = w7.fma(u1, c71);
    }
    c00.add(FloatVector.fromArray(SPECIES, c, co)).intoArray(c, co);
    c01.add(FloatVector.fromArray(SPECIES, c, co + L)).intoArray(c, co + L);
    c10.add(FloatVector.fromArray(SPECIES, c, co + n)).intoArray(c, co + n);
    c11.add(FloatVector.fromArray(SPECIES, c, co + n + L)).intoArray(c, co + n + L);
    c20.add(FloatVector.fromArray(SPECIES, c, co + 2 * n)).intoArray(c, co + 2 * n);
    c21.add(FloatVector.fromArray(SPECIES, c, co + 2 * n + L)).intoArray(c, co + 2 * n + L);
    c30.add(FloatVector.fromArray(SPECIES, c, co + 3 * n)).intoArray(c, co + 3 * n);
    c31.add(FloatVector.fromArray(SPECIES, c, co + 3 * n + L)).intoArray(c, co + 3 * n + L);
    c40.add(FloatVector.fromArray(SPECIES, c, co + 4 * n)).intoArray(c, co + 4 * n);
    c41.add(FloatVector.fromArray(SPECIES, c, co + 4 * n + L)).intoArray(c, co + 4 * n + L);
    c50.add(FloatVector.fromArray(SPECIES, c, co + 5 * n)).intoArray(c, co + 5 * n);
    c51.add(FloatVector.fromArray(SPECIES, c, co + 5 * n + L)).intoArray(c, co + 5 * n + L);
    c60.add(FloatVector.fromArray(SPECIES, c, co + 6 * n)).intoArray(c, co + 6 * n);
    c61.add(FloatVector.fromArray(SPECIES, c, co + 6 * n + L)).intoArray(c, co + 6 * n + L);
    c70.add(FloatVector.fromArray(SPECIES, c, co + 7 * n)).intoArray(c, co + 7 * n);
    c71.add(FloatVector.fromArray(SPECIES, c, co + 7 * n + L)).intoArray(c, co + 7 * n + L);
  }

  private static void add4x2(
      int depth, int n, float[] a, int ao, int ai, int al, float[] b, int bo, float[] c, int co) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    for (int l = 0; l < depth; l++) {
      int x = ao + l * al;
      int u = bo + l * n;
      FloatVector u0 = FloatVector.fromArray(SPECIES, b, u);
      FloatVector u1 = FloatVector.fromArray(SPECIES, b, u + L);
      FloatVector w0 = FloatVector.broadcast(SPECIES, a[x]);
      c00 = w0.fma(u0, c00);
      c01 = w0.fma(u1, c01);
      FloatVector w1 = FloatVector.broadcast(SPECIES, a[x + ai]);
      c10 = w1.fma(u0, c10);
      c11 = w1.fma(u1, c11);
      FloatVector w2 = FloatVector.broadcast(SPECIES, a[x + 2 * ai]);
      c20 = w2.fma(u0, c20);
      c21 = w2.fma(u1, c21);
      FloatVector w3 = FloatVector.broadcast(SPECIES, a[x + 3 * ai]);
      c30 = w3.fma(u0, c30);
      c31 = w3.fma(u1, c31);
    }
    c00.add(FloatVector.fromArray(SPECIES, c, co)).intoArray(c, co);
    c01.add(FloatVector.fromArray(SPECIES, c, co + L)).intoArray(c, co + L);
    c10.add(FloatVector.fromArray(SPECIES, c, co + n)).intoArray(c, co + n);
    c11.add(FloatVector.fromArray(SPECIES, c, co + n + L)).intoArray(c, co + n + L);
    c20.add(FloatVector.fromArray(SPECIES, c, co + 2 * n)).intoArray(c, co + 2 * n);
    c21.add(FloatVector.fromArray(SPECIES, c, co + 2 * n + L)).intoArray(c, co + 2 * n + L);
    c30.add(FloatVector.fromArray(SPECIES, c, co + 3 * n)).intoArray(c, co + 3 * n);
    c31.add(FloatVector.fromArray(SPECIES, c, co + 3 * n + L)).intoArray(c, co + 3 * n + L);
  }

  private static void add1x2(
      int depth, int n, float[] a, int ao, int al, float[] b, int bo, float[] c, int co) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    for (int l = 0; l < depth; l++) {
      int x = ao + l * al;
      int u = bo + l * n;
      FloatVector u0 = FloatVector.fromArray(SPECIES, b, u);
      FloatVector u1 = FloatVector.fromArray(SPECIES, b, u + L);
      FloatVector w0 = FloatVector.broadcast(SPECIES, a[x]);
      c00 = w0.fma(u0, c00);
      c01 = w0.fma(u1, c01);
    }
    c00.add(FloatVector.fromArray(SPECIES, c, co)).intoArray(c, co);
    c01.add(FloatVector.fromArray(SPECIES, c, co + L)).intoArray(c, co + L);
  }

  private static void add8x1(
      int depth, int n, float[] a, int ao, int ai, int al, float[] b, int bo, float[] c, int co) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
    FloatVector c60 = FloatVector.zero(SPECIES);
    FloatVector c70 = FloatVector.zero(SPECIES);
    for (int l = 0; l < depth; l++) {
      int x = ao + l * al;
      int u = bo + l * n;
      FloatVector u0 = FloatVector.fromArray(SPECIES, b, u);
      FloatVector w0 = FloatVector.broadcast(SPECIES, a[x]);
      c00 = w0.fma(u0, c00);
      FloatVector w1 = FloatVector.broadcast(SPECIES, a[x + ai]);
      c10 = w1.fma(u0, c10);
      FloatVector w2 = FloatVector.broadcast(SPECIES, a[x + 2 * ai]);
      c20 = w2.fma(u0, c20);
      FloatVector w3 = FloatVector.broadcast(SPECIES, a[x + 3 * ai]);
      c30 = w3.fma(u0, c30);
      FloatVector w4 = FloatVector.broadcast(SPECIES, a[x + 4 * ai]);
      c40 = w4.fma(u0, c40);
      FloatVector w5 = FloatVector.broadcast(SPECIES, a[x + 5 * ai]);
      c50 = w5.fma(u0, c50);
      FloatVector w6 = FloatVector.broadcast(SPECIES, a[x + 6 * ai]);
      c60 = w6.fma(u0, c60);
      FloatVector w7 = FloatVector.broadcast(SPECIES, a[x + 7 * ai]);
      c70 = w7.fma(u0, c70);
    }
    c00.add(FloatVector.fromArray(SPECIES, c, co)).intoArray(c, co);
    c10.add(FloatVector.fromArray(SPECIES, c, co + n)).intoArray(c, co + n);
    c20.add(FloatVector.fromArray(SPECIES, c, co + 2 * n)).intoArray(c, co + 2 * n);
    c30.add(FloatVector.fromArray(SPECIES, c, co + 3 * n)).intoArray(c, co + 3 * n);
    c40.add(FloatVector.fromArray(SPECIES, c, co + 4 * n)).intoArray(c, co + 4 * n);
    c50.add(FloatVector.fromArray(SPECIES, c, co + 5 * n)).intoArray(c, co + 5 * n);
    c60.add(FloatVector.fromArray(SPECIES, c, co + 6 * n)).intoArray(c, co + 6 * n);
    c70.add(FloatVector.fromArray(SPECIES, c, co + 7 * n)).intoArray(c, co + 7 * n);
  }

  private static void add1x1(
      int depth, int n, float[] a, int ao, int al, float[] b, int bo, float[] c, int co) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    for (int l = 0; l < depth; l++) {
      int x = ao + l * al;
      int u = bo + l * n;
      FloatVector u0 = FloatVector.fromArray(SPECIES, b, u);
      FloatVector w0 = FloatVector.broadcast(SPECIES, a[x]);
      c00 = w0.fma(u0, c00);
    }
    c00.add(FloatVector.fromArray(SPECIES, c, co)).intoArray(c, co);
  }

  private static void voteEight2(
      int rows,
      int k,
      int n,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      float[] start,
      int so,
      int stride,
      float[] votes,
      int vo,
      float[] direction,
      int from,
      float[] agreement,
      int at) {
    FloatVector u00 = FloatVector.fromArray(SPECIES, poses, po);
    FloatVector u01 = FloatVector.fromArray(SPECIES, poses, po + L);
    FloatVector u10 = FloatVector.fromArray(SPECIES, poses, po + n);
    FloatVector u11 = FloatVector.fromArray(SPECIES, poses, po + n + L);
    FloatVector u20 = FloatVector.fromArray(SPECIES, poses, po + 2 * n);
    FloatVector u21 = FloatVector.fromArray(SPECIES, poses, po + 2 * n + L);
    FloatVector u30 = FloatVector.fromArray(SPECIES, poses, po + 3 * n);
    FloatVector u31 = FloatVector.fromArray(SPECIES, poses, po + 3 * n + L);
    FloatVector u40 = FloatVector.fromArray(SPECIES, poses, po + 4 * n);
    FloatVector u41 = FloatVector.fromArray(SPECIES, poses, po + 4 * n + L);
    FloatVector u50 = FloatVector.fromArray(SPECIES, poses, po + 5 * n);
    FloatVector u51 = FloatVector.fromArray(SPECIES, poses, po + 5 * n + L);
    FloatVector u60 = FloatVector.fromArray(SPECIES, poses, po + 6 * n);
    FloatVector u61 = FloatVector.fromArray(SPECIES, poses, po + 6 * n + L);
    FloatVector u70 = FloatVector.fromArray(SPECIES, poses, po + 7 * n);
    FloatVector u71 = FloatVector.fromArray(SPECIES, poses, po + 7 * n + L);
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    for (int r = 0; r < rows; r++) {
      int x = wo + r * k;
      FloatVector c0 = FloatVector.fromArray(SPECIES, start, so + r * stride);
      FloatVector c1 = FloatVector.fromArray(SPECIES, start, so + r * stride + L);
      FloatVector w0 = FloatVector.broadcast(SPECIES, weights[x]);
      c0 = w0.fma(u00, c0);
      c1 = w0.fma(u01, c1);
      FloatVector w1 = FloatVector.broadcast(SPECIES, weights[x + 1]);
      c0 = w1.fma(u10, c0);
      c1 = w1.fma(u11, c1);
      FloatVector w2 = FloatVector.broadcast(SPECIES, weights[x + 2]);
      c0 = w2.fma(u20, c0);
      c1 = w2.fma(u21, c1);
      FloatVector w3 = FloatVector.broadcast(SPECIES, weights[x + 3]);
      c0 = w3.fma(u30, c0);
      c1 = w3.fma(u31, c1);
      FloatVector w4 = FloatVector.broadcast(SPECIES, weights[x + 4]);
      c0 = w4.fma(u40, c0);
      c1 = w4.fma(u41, c1);
      FloatVector w5 = FloatVector.broadcast(SPECIES, weights[x + 5]);
      c0 = w5.fma(u50, c0);
      c1 = w5.fma(u51, c1);
      FloatVector w6 = FloatVector.broadcast(SPECIES, weights[x + 6]);
      c0 = w6.fma(u60, c0);
      c1 = w6.fma(u61, c1);
      FloatVector w7 = FloatVector.broadcast(SPECIES, weights[x + 7]);
      c0 = w7.fma(u70, c0);
      c1 = w7.fma(u71, c1);
      c0.intoArray(votes, vo + r * n);
      c1.intoArray(votes, vo + r * n + L);
      s0 = c0.fma(FloatVector.fromArray(SPECIES, direction, from + r * n), s0);
      s1 = c1.fma(FloatVector.fromArray(SPECIES, direction, from + r * n + L), s1);
    }
    s0.intoArray(agreement, at);
    s1.intoArray(agreement, at + L);
  }

  private static void voteEight1(
      int rows,
      int k,
      int n,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      float[] start,
      int so,
      int stride,
      float[] votes,
      int vo,
      float[] direction,
      int from,
      float[] agreement,
      int at) {
    FloatVector u00 = FloatVector.fromArray(SPECIES, poses, po);
    FloatVector u10 = FloatVector.fromArray(SPECIES, poses, po + n);
    FloatVector u20 = FloatVector.fromArray(SPECIES, poses, po + 2 * n);
    FloatVector u30 = FloatVector.fromArray(SPECIES, poses, po + 3 * n);
    FloatVector u40 = FloatVector.fromArray(SPECIES, poses, po + 4 * n);
    FloatVector u50 = FloatVector.fromArray(SPECIES, poses, po + 5 * n);
    FloatVector u60 = FloatVector.fromArray(SPECIES, poses, po + 6 * n);
    FloatVector u70 = FloatVector.fromArray(SPECIES, poses, po + 7 * n);
    FloatVector s0 = FloatVector.zero(SPECIES);
    for (int r = 0; r < rows; r++) {
      int x = wo + r * k;
      FloatVector c0 = FloatVector.fromArray(SPECIES, start, so + r * stride);
      FloatVector w0 = FloatVector.broadcast(SPECIES, weights[x]);
      c0 = w0.fma(u00, c0);
      FloatVector w1 = FloatVector.broadcast(SPECIES, weights[x + 1]);
      c0 = w1.fma(u10, c0);
      FloatVector w2 = FloatVector.broadcast(SPECIES, weights[x + 2]);
      c0 = w2.fma(u20, c0);
      FloatVector w3 = FloatVector.broadcast(SPECIES, weights[x + 3]);
      c0 = w3.fma(u30, c0);
      FloatVector w4 = FloatVector.broadcast(SPECIES, weights[x + 4]);
      c0 = w4.fma(u40, c0);
      FloatVector w5 = FloatVector.broadcast(SPECIES, weights[x + 5]);
      c0 = w5.fma(u50, c0);
      FloatVector w6 = FloatVector.broadcast(SPECIES, weights[x + 6]);
      c0 = w6.fma(u60, c0);
      FloatVector w7 = FloatVector.broadcast(SPECIES, weights[x + 7]);
      c0 = w7.fma(u70, c0);
      c0.intoArray(votes, vo + r * n);
      s0 = c0.fma(FloatVector.fromArray(SPECIES, direction, from + r * n), s0);
    }
    s0.intoArray(agreement, at);
  }

  private static void addEight2(
      int rows,
      int k,
      int n,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      float[] sums,
      int so) {
    FloatVector u00 = FloatVector.fromArray(SPECIES, poses, po);
    FloatVector u01 = FloatVector.fromArray(SPECIES, poses, po + L);
    FloatVector u10 = FloatVector.fromArray(SPECIES, poses, po + n);
    FloatVector u11 = FloatVector.fromArray(SPECIES, poses, po + n + L);
    FloatVector u20 = FloatVector.fromArray(SPECIES, poses, po + 2 * n);
    FloatVector u21 = FloatVector.fromArray(SPECIES, poses, po + 2 * n + L);
    FloatVector u30 = FloatVector.fromArray(SPECIES, poses, po + 3 * n);
    FloatVector u31 = FloatVector.fromArray(SPECIES, poses, po + 3 * n + L);
    FloatVector u40 = FloatVector.fromArray(SPECIES, poses, po + 4 * n);
    FloatVector u41 = FloatVector.fromArray(SPECIES, poses, po + 4 * n + L);
    FloatVector u50 = FloatVector.fromArray(SPECIES, poses, po + 5 * n);
    FloatVector u51 = FloatVector.fromArray(SPECIES, poses, po + 5 * n + L);
    FloatVector u60 = FloatVector.fromArray(SPECIES, poses, po + 6 * n);
    FloatVector u61 = FloatVector.fromArray(SPECIES, poses, po + 6 * n + L);
    FloatVector u70 = FloatVector.fromArray(SPECIES, poses, po + 7 * n);
    FloatVector u71 = FloatVector.fromArray(SPECIES, poses, po + 7 * n + L);
    for (int r = 0; r < rows; r++) {
      int x = wo + r * k;
      FloatVector c0 = FloatVector.fromArray(SPECIES, sums, so + r * n);
      FloatVector c1 = FloatVector.fromArray(SPECIES, sums, so + r * n + L);
      FloatVector w0 = FloatVector.broadcast(SPECIES, weights[x]);
      c0 = w0.fma(u00, c0);
      c1 = w0.fma(u01, c1);
      FloatVector w1 = FloatVector.broadcast(SPECIES, weights[x + 1]);
      c0 = w1.fma(u10, c0);
      c1 = w1.fma(u11, c1);
      FloatVector w2 = FloatVector.broadcast(SPECIES, weights[x + 2]);
      c0 = w2.fma(u20, c0);
      c1 = w2.fma(u21, c1);
      FloatVector w3 = FloatVector.broadcast(SPECIES, weights[x + 3]);
      c0 = w3.fma(u30, c0);
      c1 = w3.fma(u31, c1);
      FloatVector w4 = FloatVector.broadcast(SPECIES, weights[x + 4]);
      c0 = w4.fma(u40, c0);
      c1 = w4.fma(u41, c1);
      FloatVector w5 = FloatVector.broadcast(SPECIES, weights[x + 5]);
      c0 = w5.fma(u50, c0);
      c1 = w5.fma(u51, c1);
      FloatVector w6 = FloatVector.broadcast(SPECIES, weights[x + 6]);
      c0 = w6.fma(u60, c0);
      c1 = w6.fma(u61, c1);
      FloatVector w7 = FloatVector.broadcast(SPECIES, weights[x + 7]);
      c0 = w7.fma(u70, c0);
      c1 = w7.fma(u71, c1);
      c0.intoArray(sums, so + r * n);
      c1.intoArray(sums, so + r * n + L);
    }
  }

  private static void addEight1(
      int rows,
      int k,
      int n,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      float[] sums,
      int so) {
    FloatVector u00 = FloatVector.fromArray(SPECIES, poses, po);
    FloatVector u10 = FloatVector.fromArray(SPECIES, poses, po + n);
    FloatVector u20 = FloatVector.fromArray(SPECIES, poses, po + 2 * n);
    FloatVector u30 = FloatVector.fromArray(SPECIES, poses, po + 3 * n);
    FloatVector u40 = FloatVector.fromArray(SPECIES, poses, po + 4 * n);
    FloatVector u50 = FloatVector.fromArray(SPECIES, poses, po + 5 * n);
    FloatVector u60 = FloatVector.fromArray(SPECIES, poses, po + 6 * n);
    FloatVector u70 = FloatVector.fromArray(SPECIES, poses, po + 7 * n);
    for (int r = 0; r < rows; r++) {
      int x = wo + r * k;
      FloatVector c0 = FloatVector.fromArray(SPECIES, sums, so + r * n);
      FloatVector w0 = FloatVector.broadcast(SPECIES, weights[x]);
      c0 = w0.fma(u00, c0);
      FloatVector w1 = FloatVector.broadcast(SPECIES, weights[x + 1]);
      c0 = w1.fma(u10, c0);
      FloatVector w2 = FloatVector.broadcast(SPECIES, weights[x + 2]);
      c0 = w2.fma(u20, c0);
      FloatVector w3 = FloatVector.broadcast(SPECIES, weights[x + 3]);
      c0 = w3.fma(u30, c0);
      FloatVector w4 = FloatVector.broadcast(SPECIES, weights[x + 4]);
      c0 = w4.fma(u40, c0);
      FloatVector w5 = FloatVector.broadcast(SPECIES, weights[x + 5]);
      c0 = w5.fma(u50, c0);
      FloatVector w6 = FloatVector.broadcast(SPECIES, weights[x + 6]);
      c0 = w6.fma(u60, c0);
      FloatVector w7 = FloatVector.broadcast(SPECIES, weights[x + 7]);
      c0 = w7.fma(u70, c0);
      c0.intoArray(sums, so + r * n);
    }
  }
}
