package org.capsnet.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with the Vector API: a tile of C, some rows by some vectors, is held in registers while
 * a block of K passes by, and then added to what C holds, or to zeros.
 *
 * <p>The tiles are written out since a vector stays in a register only where it is a local variable
 * of one origin, in a method that is not too large and has no branches around it: a tile that adds
 * or not, by a condition at its end, was seen to run at a hundredth of the speed, and one that
 * loads C or zeros at its start at two thirds.
 *
 * <p>C2 inlines about 60 operations on vectors as it reads a method. Those beyond are left for
 * later, where it may no longer know their class: then they make objects, by chance in every other
 * process, at a quarter of the speed. So the large tiles begin with one zero and end with storing
 * their sums, which another method adds to C.
 *
 * <p>In what is written out, names are short: {@code ao}, {@code bo}, {@code co} and {@code so} are
 * the offsets of A, B, C and of what C starts from, {@code ai}, {@code bl}, {@code ci} and {@code
 * si} their row strides, {@code al} is A's column stride.
 */
final class VectorGemm implements Gemm {

  static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() <= LANES
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;
  private static final int L = SPECIES.length();

  /** Vectors a tile is wide. */
  private static final int WIDTH = 4;

  /** Rows of the highest tile: 24 registers of 32 where vectors have 512 bits, else 8 of 16. */
  private static final int HEIGHT = L >= 16 ? 6 : 2;

  /** The sums of a large tile, which are then added to C. */
  private static final ThreadLocal<float[]> SUMS =
      ThreadLocal.withInitial(() -> new float[6 * WIDTH * LANES]);

  /** What a product starts from that is not added to anything. */
  private static final float[] ZEROS = new float[WIDTH * LANES];

  /** That of the widest tile, or of a narrower one where that is enough. */
  @Override
  public int width(int columns) {
    int width = Gemm.LANES;
    while (width < WIDTH * L && width < columns) {
      width *= 2;
    }
    return width;
  }

  @Override
  public void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int aRowStride,
      int aColumnStride,
      float[] b,
      int bOffset,
      int bRowStride,
      float[] c,
      int cOffset,
      int cRowStride,
      boolean add) {
    for (int block = 0; block < Gemm.blocks(k); block++) {
      int from = Gemm.bound(k, block);
      int depth = Gemm.bound(k, block + 1) - from;
      boolean adds = add || block > 0;
      int aFrom = aOffset + from * aColumnStride;
      int bFrom = bOffset + from * bRowStride;
      int j = 0;
      for (; j + (WIDTH - 1) * L < n; j += WIDTH * L) {
        wide(
            m,
            depth,
            a,
            aFrom,
            aRowStride,
            aColumnStride,
            b,
            bFrom + j,
            bRowStride,
            c,
            cOffset + j,
            cRowStride,
            adds);
      }
      for (; j + L < n; j += 2 * L) {
        half(
            m,
            depth,
            a,
            aFrom,
            aRowStride,
            aColumnStride,
            b,
            bFrom + j,
            bRowStride,
            c,
            cOffset + j,
            cRowStride,
            adds);
      }
      for (; j < n; j += L) {
        narrow(
            m,
            depth,
            a,
            aFrom,
            aRowStride,
            aColumnStride,
            b,
            bFrom + j,
            bRowStride,
            c,
            cOffset + j,
            cRowStride,
            adds);
      }
    }
  }

  /** Four vectors' columns of C. */
  private static void wide(
      int m,
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
    float[] start = add ? c : ZEROS;
    int so = add ? co : 0;
    int si = add ? ci : 0;
    float[] to = add ? SUMS.get() : c;
    int ti = add ? WIDTH * L : ci;
    int i = 0;
    for (; HEIGHT >= 6 && i + 6 <= m; i += 6) {
      tile6x4(depth, a, ao + i * ai, ai, al, b, bo, bl, to, add ? 0 : co + i * ci, ti);
      if (add) {
        addTo(6, WIDTH * L, to, c, co + i * ci, ci);
      }
    }
    for (; HEIGHT >= 4 && i + 4 <= m; i += 4) {
      tile4x4(depth, a, ao + i * ai, ai, al, b, bo, bl, to, add ? 0 : co + i * ci, ti);
      if (add) {
        addTo(4, WIDTH * L, to, c, co + i * ci, ci);
      }
    }
    for (; i + 2 <= m; i += 2) {
      tile2x4(depth, a, ao + i * ai, ai, al, b, bo, bl, start, so + i * si, si, c, co + i * ci, ci);
    }
    if (i < m) {
      tile1x4(depth, a, ao + i * ai, al, b, bo, bl, start, so + i * si, c, co + i * ci);
    }
  }

  /** Two vectors' columns of C. */
  private static void half(
      int m,
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
    float[] start = add ? c : ZEROS;
    int so = add ? co : 0;
    int si = add ? ci : 0;
    float[] to = add ? SUMS.get() : c;
    int ti = add ? 2 * L : ci;
    int i = 0;
    for (; i + 6 <= m; i += 6) {
      tile6x2(depth, a, ao + i * ai, ai, al, b, bo, bl, to, add ? 0 : co + i * ci, ti);
      if (add) {
        addTo(6, 2 * L, to, c, co + i * ci, ci);
      }
    }
    for (; i < m; i++) {
      tile1x2(depth, a, ao + i * ai, al, b, bo, bl, start, so + i * si, c, co + i * ci);
    }
  }

  /** A vector's columns of C. */
  private static void narrow(
      int m,
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
    float[] start = add ? c : ZEROS;
    int so = add ? co : 0;
    int si = add ? ci : 0;
    int i = 0;
    for (; i + 6 <= m; i += 6) {
      tile6x1(depth, a, ao + i * ai, ai, al, b, bo, bl, start, so + i * si, si, c, co + i * ci, ci);
    }
    for (; i < m; i++) {
      tile1x1(depth, a, ao + i * ai, al, b, bo, bl, start, so + i * si, c, co + i * ci);
    }
  }

  /** Adds the sums of a tile to some rows of C. */
  private static void addTo(int rows, int width, float[] sums, float[] c, int co, int ci) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < width; j += L) {
        FloatVector sum = FloatVector.fromArray(SPECIES, sums, i * width + j);
        sum.add(FloatVector.fromArray(SPECIES, c, co + i * ci + j)).intoArray(c, co + i * ci + j);
      }
    }
  }

  /** 6 rows by 4 vectors. */
  private static void tile6x4(
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
      int ci) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c02 = zero;
    FloatVector c03 = zero;
    FloatVector c10 = zero;
    FloatVector c11 = zero;
    FloatVector c12 = zero;
    FloatVector c13 = zero;
    FloatVector c20 = zero;
    FloatVector c21 = zero;
    FloatVector c22 = zero;
    FloatVector c23 = zero;
    FloatVector c30 = zero;
    FloatVector c31 = zero;
    FloatVector c32 = zero;
    FloatVector c33 = zero;
    FloatVector c40 = zero;
    FloatVector c41 = zero;
    FloatVector c42 = zero;
    FloatVector c43 = zero;
    FloatVector c50 = zero;
    FloatVector c51 = zero;
    FloatVector c52 = zero;
    FloatVector c53 = zero;
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
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[column + 4 * ai]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      c42 = a4.fma(b2, c42);
      c43 = a4.fma(b3, c43);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[column + 5 * ai]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      c52 = a5.fma(b2, c52);
      c53 = a5.fma(b3, c53);
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
    c40.intoArray(c, co + 4 * ci);
    c41.intoArray(c, co + 4 * ci + L);
    c42.intoArray(c, co + 4 * ci + 2 * L);
    c43.intoArray(c, co + 4 * ci + 3 * L);
    c50.intoArray(c, co + 5 * ci);
    c51.intoArray(c, co + 5 * ci + L);
    c52.intoArray(c, co + 5 * ci + 2 * L);
    c53.intoArray(c, co + 5 * ci + 3 * L);
  }

  /** 4 rows by 4 vectors. */
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
      int ci) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c02 = zero;
    FloatVector c03 = zero;
    FloatVector c10 = zero;
    FloatVector c11 = zero;
    FloatVector c12 = zero;
    FloatVector c13 = zero;
    FloatVector c20 = zero;
    FloatVector c21 = zero;
    FloatVector c22 = zero;
    FloatVector c23 = zero;
    FloatVector c30 = zero;
    FloatVector c31 = zero;
    FloatVector c32 = zero;
    FloatVector c33 = zero;
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

  /** 2 rows by 4 vectors. */
  private static void tile2x4(
      int depth,
      float[] a,
      int ao,
      int ai,
      int al,
      float[] b,
      int bo,
      int bl,
      float[] start,
      int so,
      int si,
      float[] c,
      int co,
      int ci) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
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
    c00.add(FloatVector.fromArray(SPECIES, start, so)).intoArray(c, co);
    c01.add(FloatVector.fromArray(SPECIES, start, so + L)).intoArray(c, co + L);
    c02.add(FloatVector.fromArray(SPECIES, start, so + 2 * L)).intoArray(c, co + 2 * L);
    c03.add(FloatVector.fromArray(SPECIES, start, so + 3 * L)).intoArray(c, co + 3 * L);
    c10.add(FloatVector.fromArray(SPECIES, start, so + si)).intoArray(c, co + ci);
    c11.add(FloatVector.fromArray(SPECIES, start, so + si + L)).intoArray(c, co + ci + L);
    c12.add(FloatVector.fromArray(SPECIES, start, so + si + 2 * L)).intoArray(c, co + ci + 2 * L);
    c13.add(FloatVector.fromArray(SPECIES, start, so + si + 3 * L)).intoArray(c, co + ci + 3 * L);
  }

  /** A row by 4 vectors. */
  private static void tile1x4(
      int depth,
      float[] a,
      int ao,
      int al,
      float[] b,
      int bo,
      int bl,
      float[] start,
      int so,
      float[] c,
      int co) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
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
    c00.add(FloatVector.fromArray(SPECIES, start, so)).intoArray(c, co);
    c01.add(FloatVector.fromArray(SPECIES, start, so + L)).intoArray(c, co + L);
    c02.add(FloatVector.fromArray(SPECIES, start, so + 2 * L)).intoArray(c, co + 2 * L);
    c03.add(FloatVector.fromArray(SPECIES, start, so + 3 * L)).intoArray(c, co + 3 * L);
  }

  /** 6 rows by 2 vectors. */
  private static void tile6x2(
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
      int ci) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c10 = zero;
    FloatVector c11 = zero;
    FloatVector c20 = zero;
    FloatVector c21 = zero;
    FloatVector c30 = zero;
    FloatVector c31 = zero;
    FloatVector c40 = zero;
    FloatVector c41 = zero;
    FloatVector c50 = zero;
    FloatVector c51 = zero;
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
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[column + 4 * ai]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[column + 5 * ai]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c10.intoArray(c, co + ci);
    c11.intoArray(c, co + ci + L);
    c20.intoArray(c, co + 2 * ci);
    c21.intoArray(c, co + 2 * ci + L);
    c30.intoArray(c, co + 3 * ci);
    c31.intoArray(c, co + 3 * ci + L);
    c40.intoArray(c, co + 4 * ci);
    c41.intoArray(c, co + 4 * ci + L);
    c50.intoArray(c, co + 5 * ci);
    c51.intoArray(c, co + 5 * ci + L);
  }

  /** A row by 2 vectors. */
  private static void tile1x2(
      int depth,
      float[] a,
      int ao,
      int al,
      float[] b,
      int bo,
      int bl,
      float[] start,
      int so,
      float[] c,
      int co) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    for (int l = 0; l < depth; l++) {
      int row = bo + l * bl;
      int column = ao + l * al;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, row);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, row + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[column]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
    }
    c00.add(FloatVector.fromArray(SPECIES, start, so)).intoArray(c, co);
    c01.add(FloatVector.fromArray(SPECIES, start, so + L)).intoArray(c, co + L);
  }

  /** 6 rows by a vector. */
  private static void tile6x1(
      int depth,
      float[] a,
      int ao,
      int ai,
      int al,
      float[] b,
      int bo,
      int bl,
      float[] start,
      int so,
      int si,
      float[] c,
      int co,
      int ci) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
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
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[column + 4 * ai]);
      c40 = a4.fma(b0, c40);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[column + 5 * ai]);
      c50 = a5.fma(b0, c50);
    }
    c00.add(FloatVector.fromArray(SPECIES, start, so)).intoArray(c, co);
    c10.add(FloatVector.fromArray(SPECIES, start, so + si)).intoArray(c, co + ci);
    c20.add(FloatVector.fromArray(SPECIES, start, so + 2 * si)).intoArray(c, co + 2 * ci);
    c30.add(FloatVector.fromArray(SPECIES, start, so + 3 * si)).intoArray(c, co + 3 * ci);
    c40.add(FloatVector.fromArray(SPECIES, start, so + 4 * si)).intoArray(c, co + 4 * ci);
    c50.add(FloatVector.fromArray(SPECIES, start, so + 5 * si)).intoArray(c, co + 5 * ci);
  }

  /** A row by a vector. */
  private static void tile1x1(
      int depth,
      float[] a,
      int ao,
      int al,
      float[] b,
      int bo,
      int bl,
      float[] start,
      int so,
      float[] c,
      int co) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    for (int l = 0; l < depth; l++) {
      int row = bo + l * bl;
      int column = ao + l * al;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, row);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[column]);
      c00 = a0.fma(b0, c00);
    }
    c00.add(FloatVector.fromArray(SPECIES, start, so)).intoArray(c, co);
  }
}
