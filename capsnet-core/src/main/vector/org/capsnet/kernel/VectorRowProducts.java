package org.capsnet.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of rows with panels by the Vector API: tiles of at most 5 rows by 2 vectors, which leave
 * no register of 16 to be spilled. They are written out for the reason that {@link VectorGemm}
 * gives, with names as short.
 */
final class VectorRowProducts implements RowProducts {

  private static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() <= Gemm.LANES
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;
  private static final int L = SPECIES.length();

  /** Rows of the highest tile. */
  private static final int HEIGHT = 5;

  private static final float[] ZEROS = new float[2 * L];

  @Override
  public int width() {
    return 2 * L;
  }

  @Override
  public void multiply(
      int rows,
      int depth,
      float[] a,
      int ao,
      int ai,
      float[] b,
      int bo,
      float[] c,
      int co,
      int ci,
      boolean add) {
    float[] s = add ? c : ZEROS;
    int blocks = (rows + HEIGHT - 1) / HEIGHT;
    for (int k = 0; k < blocks; k++) {
      int i = rows * k / blocks;
      int as = ao + i * ai;
      int cs = co + i * ci;
      int so = add ? cs : 0;
      int si = add ? ci : 0;
      switch (rows * (k + 1) / blocks - i) {
        case 1 -> tile1(depth, a, as, b, bo, s, so, c, cs);
        case 2 -> tile2(depth, a, as, ai, b, bo, s, so, si, c, cs, ci);
        case 3 -> tile3(depth, a, as, ai, b, bo, s, so, si, c, cs, ci);
        case 4 -> tile4(depth, a, as, ai, b, bo, s, so, si, c, cs, ci);
        default -> tile5(depth, a, as, ai, b, bo, s, so, si, c, cs, ci);
      }
    }
  }

  private static void tile1(
      int depth, float[] a, int ao, float[] b, int bo, float[] s, int so, float[] c, int co) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    for (int l = 0; l < depth; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + 2 * l * L);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + 2 * l * L + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + l]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
    }
    c00.add(FloatVector.fromArray(SPECIES, s, so)).intoArray(c, co);
    c01.add(FloatVector.fromArray(SPECIES, s, so + L)).intoArray(c, co + L);
  }

  private static void tile2(
      int depth,
      float[] a,
      int ao,
      int ai,
      float[] b,
      int bo,
      float[] s,
      int so,
      int si,
      float[] c,
      int co,
      int ci) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    for (int l = 0; l < depth; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + 2 * l * L);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + 2 * l * L + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + l]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ao + ai + l]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
    }
    c00.add(FloatVector.fromArray(SPECIES, s, so)).intoArray(c, co);
    c01.add(FloatVector.fromArray(SPECIES, s, so + L)).intoArray(c, co + L);
    c10.add(FloatVector.fromArray(SPECIES, s, so + si)).intoArray(c, co + ci);
    c11.add(FloatVector.fromArray(SPECIES, s, so + si + L)).intoArray(c, co + ci + L);
  }

  private static void tile3(
      int depth,
      float[] a,
      int ao,
      int ai,
      float[] b,
      int bo,
      float[] s,
      int so,
      int si,
      float[] c,
      int co,
      int ci) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    for (int l = 0; l < depth; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + 2 * l * L);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + 2 * l * L + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + l]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ao + ai + l]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[ao + 2 * ai + l]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
    }
    c00.add(FloatVector.fromArray(SPECIES, s, so)).intoArray(c, co);
    c01.add(FloatVector.fromArray(SPECIES, s, so + L)).intoArray(c, co + L);
    c10.add(FloatVector.fromArray(SPECIES, s, so + si)).intoArray(c, co + ci);
    c11.add(FloatVector.fromArray(SPECIES, s, so + si + L)).intoArray(c, co + ci + L);
    c20.add(FloatVector.fromArray(SPECIES, s, so + 2 * si)).intoArray(c, co + 2 * ci);
    c21.add(FloatVector.fromArray(SPECIES, s, so + 2 * si + L)).intoArray(c, co + 2 * ci + L);
  }

  private static void tile4(
      int depth,
      float[] a,
      int ao,
      int ai,
      float[] b,
      int bo,
      float[] s,
      int so,
      int si,
      float[] c,
      int co,
      int ci) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    for (int l = 0; l < depth; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + 2 * l * L);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + 2 * l * L + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + l]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ao + ai + l]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[ao + 2 * ai + l]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[ao + 3 * ai + l]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
    }
    c00.add(FloatVector.fromArray(SPECIES, s, so)).intoArray(c, co);
    c01.add(FloatVector.fromArray(SPECIES, s, so + L)).intoArray(c, co + L);
    c10.add(FloatVector.fromArray(SPECIES, s, so + si)).intoArray(c, co + ci);
    c11.add(FloatVector.fromArray(SPECIES, s, so + si + L)).intoArray(c, co + ci + L);
    c20.add(FloatVector.fromArray(SPECIES, s, so + 2 * si)).intoArray(c, co + 2 * ci);
    c21.add(FloatVector.fromArray(SPECIES, s, so + 2 * si + L)).intoArray(c, co + 2 * ci + L);
    c30.add(FloatVector.fromArray(SPECIES, s, so + 3 * si)).intoArray(c, co + 3 * ci);
    c31.add(FloatVector.fromArray(SPECIES, s, so + 3 * si + L)).intoArray(c, co + 3 * ci + L);
  }

  private static void tile5(
      int depth,
      float[] a,
      int ao,
      int ai,
      float[] b,
      int bo,
      float[] s,
      int so,
      int si,
      float[] c,
      int co,
      int ci) {
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
    for (int l = 0; l < depth; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + 2 * l * L);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + 2 * l * L + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + l]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ao + ai + l]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[ao + 2 * ai + l]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[ao + 3 * ai + l]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[ao + 4 * ai + l]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
    }
    c00.add(FloatVector.fromArray(SPECIES, s, so)).intoArray(c, co);
    c01.add(FloatVector.fromArray(SPECIES, s, so + L)).intoArray(c, co + L);
    c10.add(FloatVector.fromArray(SPECIES, s, so + si)).intoArray(c, co + ci);
    c11.add(FloatVector.fromArray(SPECIES, s, so + si + L)).intoArray(c, co + ci + L);
    c20.add(FloatVector.fromArray(SPECIES, s, so + 2 * si)).intoArray(c, co + 2 * ci);
    c21.add(FloatVector.fromArray(SPECIES, s, so + 2 * si + L)).intoArray(c, co + 2 * ci + L);
    c30.add(FloatVector.fromArray(SPECIES, s, so + 3 * si)).intoArray(c, co + 3 * ci);
    c31.add(FloatVector.fromArray(SPECIES, s, so + 3 * si + L)).intoArray(c, co + 3 * ci + L);
    c40.add(FloatVector.fromArray(SPECIES, s, so + 4 * si)).intoArray(c, co + 4 * ci);
    c41.add(FloatVector.fromArray(SPECIES, s, so + 4 * si + L)).intoArray(c, co + 4 * ci + L);
  }
}
