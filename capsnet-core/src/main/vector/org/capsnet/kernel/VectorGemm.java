package org.capsnet.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with the Vector API: a tile of C, 4 rows by up to 4 vectors, is held in registers while
 * a block of K passes by.
 */
final class VectorGemm implements Gemm {

  private static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() <= LANES
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;
  private static final int L = SPECIES.length();

  /** Vectors a tile is wide: 16 registers of 32 where vectors have 512 bits, else 8 of 16. */
  private static final int WIDTH = L >= 16 ? 4 : 2;

  /** Rows of B, of which those below a tile stay in the first level cache. */
  private static final int DEPTH = 144;

  @Override
  public void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int ai,
      int al,
      float[] b,
      int bo,
      int bl,
      float[] c,
      int co,
      int ci,
      boolean add) {
    int blocks = Math.max(1, (k + DEPTH - 1) / DEPTH);
    for (int block = 0; block < blocks; block++) {
      int from = (int) ((long) k * block / blocks);
      int depth = (int) ((long) k * (block + 1) / blocks) - from;
      boolean adds = add || block > 0;
      int aFrom = ao + from * al;
      int bFrom = bo + from * bl;
      for (int j = 0; j < n; ) {
        int vectors = (n - j + L - 1) / L;
        int width = vectors >= WIDTH ? WIDTH : vectors >= 2 ? 2 : 1;
        column(m, width, depth, a, aFrom, ai, al, b, bFrom + j, bl, c, co + j, ci, adds);
        j += width * L;
      }
    }
  }

  /** The tiles of a column of them, {@code width} vectors wide. */
  private static void column(
      int m,
      int width,
      int depth,
      float[] a,
      int ao,
      int ai,
      int al,
      float[] b,
      int bo,
      int bl,
      float[] c,
      int co,
      int ci,
      boolean add) {
    int i = 0;
    for (; i + 4 <= m; i += 4) {
      int x = ao + i * ai;
      int y = co + i * ci;
      if (width == 4) {
        tile4x4(depth, a, x, ai, al, b, bo, bl, c, y, ci, add);
      } else if (width == 2) {
        tile4x2(depth, a, x, ai, al, b, bo, bl, c, y, ci, add);
      } else {
        tile4x1(depth, a, x, ai, al, b, bo, bl, c, y, ci, add);
      }
    }
    if (width == 4 && i + 2 <= m) {
      tile2x4(depth, a, ao + i * ai, ai, al, b, bo, bl, c, co + i * ci, ci, add);
      i += 2;
    }
    for (; i < m; i++) {
      int x = ao + i * ai;
      int y = co + i * ci;
      if (width == 4) {
        tile1x4(depth, a, x, al, b, bo, bl, c, y, add);
      } else {
        for (int v = 0; v < width; v++) {
          tile1x1(depth, a, x, al, b, bo + v * L, bl, c, y + v * L, add);
        }
      }
    }
  }

  /** A tile of 4 rows by 4 vectors. */
  private static void tile4x4(
      int depth,
      float[] a,
      int ao,
      int ai,
      int al,
      float[] b,
      int bo,
      int bl,
      float[] c,
      int co,
      int ci,
      boolean add) {
    FloatVector c00 = start(c, co, add);
    FloatVector c01 = start(c, co + L, add);
    FloatVector c02 = start(c, co + 2 * L, add);
    FloatVector c03 = start(c, co + 3 * L, add);
    FloatVector c10 = start(c, co + ci, add);
    FloatVector c11 = start(c, co + ci + L, add);
    FloatVector c12 = start(c, co + ci + 2 * L, add);
    FloatVector c13 = start(c, co + ci + 3 * L, add);
    FloatVector c20 = start(c, co + 2 * ci, add);
    FloatVector c21 = start(c, co + 2 * ci + L, add);
    FloatVector c22 = start(c, co + 2 * ci + 2 * L, add);
    FloatVector c23 = start(c, co + 2 * ci + 3 * L, add);
    FloatVector c30 = start(c, co + 3 * ci, add);
    FloatVector c31 = start(c, co + 3 * ci + L, add);
    FloatVector c32 = start(c, co + 3 * ci + 2 * L, add);
    FloatVector c33 = start(c, co + 3 * ci + 3 * L, add);
    for (int l = 0; l < depth; l++) {
      int row = bo + l * bl;
      int column = ao + l * al;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, row);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, row + L);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, row + 2 * L);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, row + 3 * L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[column]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      c03 = a0.fma(b3, c03);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[column + ai]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      c13 = a1.fma(b3, c13);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[column + 2 * ai]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      c22 = a2.fma(b2, c22);
      c23 = a2.fma(b3, c23);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[column + 3 * ai]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      c32 = a3.fma(b2, c32);
      c33 = a3.fma(b3, c33);
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c02.intoArray(c, co + 2 * L);
    c03.intoArray(c, co + 3 * L);
    c10.intoArray(c, co + ci);
    c11.intoArray(c, co + ci + L);
    c12.intoArray(c, co + ci + 2 * L);
    c13.intoArray(c, co + ci + 3 * L);
    c20.intoArray(c, co + 2 * ci);
    c21.intoArray(c, co + 2 * ci + L);
    c22.intoArray(c, co + 2 * ci + 2 * L);
    c23.intoArray(c, co + 2 * ci + 3 * L);
    c30.intoArray(c, co + 3 * ci);
    c31.intoArray(c, co + 3 * ci + L);
    c32.intoArray(c, co + 3 * ci + 2 * L);
    c33.intoArray(c, co + 3 * ci + 3 * L);
  }

  /** A tile of 4 rows by 2 vectors. */
  private static void tile4x2(
      int depth,
      float[] a,
      int ao,
      int ai,
      int al,
      float[] b,
      int bo,
      int bl,
      float[] c,
      int co,
      int ci,
      boolean add) {
    FloatVector c00 = start(c, co, add);
    FloatVector c01 = start(c, co + L, add);
    FloatVector c10 = start(c, co + ci, add);
    FloatVector c11 = start(c, co + ci + L, add);
    FloatVector c20 = start(c, co + 2 * ci, add);
    FloatVector c21 = start(c, co + 2 * ci + L, add);
    FloatVector c30 = start(c, co + 3 * ci, add);
    FloatVector c31 = start(c, co + 3 * ci + L, add);
    for (int l = 0; l < depth; l++) {
      int row = bo + l * bl;
      int column = ao + l * al;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, row);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, row + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[column]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[column + ai]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[column + 2 * ai]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[column + 3 * ai]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c10.intoArray(c, co + ci);
    c11.intoArray(c, co + ci + L);
    c20.intoArray(c, co + 2 * ci);
    c21.intoArray(c, co + 2 * ci + L);
    c30.intoArray(c, co + 3 * ci);
    c31.intoArray(c, co + 3 * ci + L);
  }

  /** A tile of 4 rows by a vector. */
  private static void tile4x1(
      int depth,
      float[] a,
      int ao,
      int ai,
      int al,
      float[] b,
      int bo,
      int bl,
      float[] c,
      int co,
      int ci,
      boolean add) {
    FloatVector c00 = start(c, co, add);
    FloatVector c10 = start(c, co + ci, add);
    FloatVector c20 = start(c, co + 2 * ci, add);
    FloatVector c30 = start(c, co + 3 * ci, add);
    for (int l = 0; l < depth; l++) {
      int row = bo + l * bl;
      int column = ao + l * al;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, row);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[column]);
      c00 = a0.fma(b0, c00);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[column + ai]);
      c10 = a1.fma(b0, c10);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[column + 2 * ai]);
      c20 = a2.fma(b0, c20);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[column + 3 * ai]);
      c30 = a3.fma(b0, c30);
    }
    c00.intoArray(c, co);
    c10.intoArray(c, co + ci);
    c20.intoArray(c, co + 2 * ci);
    c30.intoArray(c, co + 3 * ci);
  }

  /** A tile of 2 rows by 4 vectors. */
  private static void tile2x4(
      int depth,
      float[] a,
      int ao,
      int ai,
      int al,
      float[] b,
      int bo,
      int bl,
      float[] c,
      int co,
      int ci,
      boolean add) {
    FloatVector c00 = start(c, co, add);
    FloatVector c01 = start(c, co + L, add);
    FloatVector c02 = start(c, co + 2 * L, add);
    FloatVector c03 = start(c, co + 3 * L, add);
    FloatVector c10 = start(c, co + ci, add);
    FloatVector c11 = start(c, co + ci + L, add);
    FloatVector c12 = start(c, co + ci + 2 * L, add);
    FloatVector c13 = start(c, co + ci + 3 * L, add);
    for (int l = 0; l < depth; l++) {
      int row = bo + l * bl;
      int column = ao + l * al;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, row);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, row + L);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, row + 2 * L);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, row + 3 * L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[column]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      c03 = a0.fma(b3, c03);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[column + ai]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      c13 = a1.fma(b3, c13);
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c02.intoArray(c, co + 2 * L);
    c03.intoArray(c, co + 3 * L);
    c10.intoArray(c, co + ci);
    c11.intoArray(c, co + ci + L);
    c12.intoArray(c, co + ci + 2 * L);
    c13.intoArray(c, co + ci + 3 * L);
  }

  /** A tile of a row by 4 vectors. */
  private static void tile1x4(
      int depth,
      float[] a,
      int ao,
      int al,
      float[] b,
      int bo,
      int bl,
      float[] c,
      int co,
      boolean add) {
    FloatVector c00 = start(c, co, add);
    FloatVector c01 = start(c, co + L, add);
    FloatVector c02 = start(c, co + 2 * L, add);
    FloatVector c03 = start(c, co + 3 * L, add);
    for (int l = 0; l < depth; l++) {
      int row = bo + l * bl;
      int column = ao + l * al;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, row);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, row + L);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, row + 2 * L);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, row + 3 * L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[column]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      c03 = a0.fma(b3, c03);
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c02.intoArray(c, co + 2 * L);
    c03.intoArray(c, co + 3 * L);
  }

  /** A tile of a row by a vector. */
  private static void tile1x1(
      int depth,
      float[] a,
      int ao,
      int al,
      float[] b,
      int bo,
      int bl,
      float[] c,
      int co,
      boolean add) {
    FloatVector c00 = start(c, co, add);
    for (int l = 0; l < depth; l++) {
      int row = bo + l * bl;
      int column = ao + l * al;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, row);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[column]);
      c00 = a0.fma(b0, c00);
    }
    c00.intoArray(c, co);
  }

  private static FloatVector start(float[] c, int offset, boolean add) {
    return add ? FloatVector.fromArray(SPECIES, c, offset) : FloatVector.zero(SPECIES);
  }
}
