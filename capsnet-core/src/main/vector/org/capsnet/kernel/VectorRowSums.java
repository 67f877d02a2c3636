package org.capsnet.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Sums by the Vector API: four vectors at a time, whose lanes are added up at the end. */
final class VectorRowSums implements RowSums {

  private static final VectorSpecies<Float> SPECIES = VectorGemm.SPECIES;
  private static final int L = SPECIES.length();

  private final RowSums rest = new PlainRowSums();

  @Override
  public double sum(float[] a, int at, int n) {
    int end = at + n / (4 * L) * (4 * L);
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int i = at; i < end; i += 4 * L) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, a, i));
      s1 = s1.add(FloatVector.fromArray(SPECIES, a, i + L));
      s2 = s2.add(FloatVector.fromArray(SPECIES, a, i + 2 * L));
      s3 = s3.add(FloatVector.fromArray(SPECIES, a, i + 3 * L));
    }
    float sums = VectorLanes.sum(s0.add(s1).add(s2.add(s3)), VectorLanes.own());
    return sums + rest.sum(a, end, at + n - end);
  }

  @Override
  public double squares(float[] a, int at, int n, float center, float scale) {
    int end = at + n / (4 * L) * (4 * L);
    FloatVector middle = FloatVector.broadcast(SPECIES, center);
    FloatVector factor = FloatVector.broadcast(SPECIES, scale);
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int i = at; i < end; i += 4 * L) {
      FloatVector a0 = FloatVector.fromArray(SPECIES, a, i).sub(middle).mul(factor);
      FloatVector a1 = FloatVector.fromArray(SPECIES, a, i + L).sub(middle).mul(factor);
      FloatVector a2 = FloatVector.fromArray(SPECIES, a, i + 2 * L).sub(middle).mul(factor);
      FloatVector a3 = FloatVector.fromArray(SPECIES, a, i + 3 * L).sub(middle).mul(factor);
      s0 = a0.fma(a0, s0);
      s1 = a1.fma(a1, s1);
      s2 = a2.fma(a2, s2);
      s3 = a3.fma(a3, s3);
    }
    float sums = VectorLanes.sum(s0.add(s1).add(s2.add(s3)), VectorLanes.own());
    return sums + rest.squares(a, end, at + n - end, center, scale);
  }

  @Override
  public double along(float[] a, float[] b, int at, int n, float center, float scale) {
    int end = at + n / (4 * L) * (4 * L);
    FloatVector middle = FloatVector.broadcast(SPECIES, center);
    FloatVector factor = FloatVector.broadcast(SPECIES, scale);
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int i = at; i < end; i += 4 * L) {
      FloatVector a0 = FloatVector.fromArray(SPECIES, a, i).sub(middle).mul(factor);
      FloatVector a1 = FloatVector.fromArray(SPECIES, a, i + L).sub(middle).mul(factor);
      FloatVector a2 = FloatVector.fromArray(SPECIES, a, i + 2 * L).sub(middle).mul(factor);
      FloatVector a3 = FloatVector.fromArray(SPECIES, a, i + 3 * L).sub(middle).mul(factor);
      s0 = a0.fma(FloatVector.fromArray(SPECIES, b, i), s0);
      s1 = a1.fma(FloatVector.fromArray(SPECIES, b, i + L), s1);
      s2 = a2.fma(FloatVector.fromArray(SPECIES, b, i + 2 * L), s2);
      s3 = a3.fma(FloatVector.fromArray(SPECIES, b, i + 3 * L), s3);
    }
    float sums = VectorLanes.sum(s0.add(s1).add(s2.add(s3)), VectorLanes.own());
    return sums + rest.along(a, b, end, at + n - end, center, scale);
  }
}
