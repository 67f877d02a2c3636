package org.capsnet.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The loops with the Vector API. */
final class VectorSpectralLoops implements SpectralLoops {

  private static final VectorSpecies<Float> SPECIES = VectorGemm.SPECIES;
  private static final int L = SPECIES.length();

  @Override
  public void sumAndDifference(
      float[] from, int x, int y, int length, float[] to, int sum, int difference) {
    for (int j = 0; j < length; j += L) {
      FloatVector one = FloatVector.fromArray(SPECIES, from, x + j);
      FloatVector other = FloatVector.fromArray(SPECIES, from, y + j);
      one.sub(other).intoArray(to, difference + j);
      one.add(other).intoArray(to, sum + j);
    }
  }

  @Override
  public void planes(
      PlaneMap.Kind kind,
      float[] parts,
      int even,
      int odd,
      int length,
      float[][] planes,
      int plane,
      int mirror,
      int to) {
    float[] p1 = planes[plane];
    float[] p2 = planes[plane + 1];
    float[] p3 = planes[plane + 2];
    float[] m1 = planes[mirror];
    float[] m2 = planes[mirror + 1];
    float[] m3 = planes[mirror + 2];
    if (kind == PlaneMap.Kind.IMAGE) {
      imagePlanes(parts, even, odd, length, p1, p2, p3, m1, m2, m3, to);
    } else {
      kernelPlanes(parts, even, odd, length, p1, p2, p3, m1, m2, m3, to);
    }
  }

  private static void imagePlanes(
      float[] parts,
      int even,
      int odd,
      int length,
      float[] p1,
      float[] p2,
      float[] p3,
      float[] m1,
      float[] m2,
      float[] m3,
      int to) {
    for (int j = 0; j < length; j += L) {
      FloatVector evenA = FloatVector.fromArray(SPECIES, parts, even + j);
      FloatVector evenB = FloatVector.fromArray(SPECIES, parts, even + length + j);
      FloatVector oddA = FloatVector.fromArray(SPECIES, parts, odd + j);
      FloatVector oddB = FloatVector.fromArray(SPECIES, parts, odd + length + j);
      FloatVector mirrorA = evenA.sub(oddB);
      FloatVector mirrorB = evenB.add(oddA);
      mirrorA.add(mirrorB).intoArray(m1, to + j);
      mirrorA.intoArray(m2, to + j);
      mirrorB.intoArray(m3, to + j);
      FloatVector a = evenA.add(oddB);
      FloatVector b = evenB.sub(oddA);
      a.add(b).intoArray(p1, to + j);
      a.intoArray(p2, to + j);
      b.intoArray(p3, to + j);
    }
  }

  private static void kernelPlanes(
      float[] parts,
      int even,
      int odd,
      int length,
      float[] p1,
      float[] p2,
      float[] p3,
      float[] m1,
      float[] m2,
      float[] m3,
      int to) {
    for (int j = 0; j < length; j += L) {
      FloatVector evenA = FloatVector.fromArray(SPECIES, parts, even + j);
      FloatVector evenB = FloatVector.fromArray(SPECIES, parts, even + length + j);
      FloatVector oddA = FloatVector.fromArray(SPECIES, parts, odd + j);
      FloatVector oddB = FloatVector.fromArray(SPECIES, parts, odd + length + j);
      FloatVector mirrorA = evenA.sub(oddB);
      FloatVector mirrorB = evenB.add(oddA);
      mirrorA.intoArray(m1, to + j);
      mirrorA.add(mirrorB).neg().intoArray(m2, to + j);
      mirrorA.sub(mirrorB).intoArray(m3, to + j);
      FloatVector a = evenA.add(oddB);
      FloatVector b = evenB.sub(oddA);
      a.intoArray(p1, to + j);
      a.add(b).neg().intoArray(p2, to + j);
      a.sub(b).intoArray(p3, to + j);
    }
  }

  @Override
  public void parts(
      PlaneMap.Kind kind,
      float[][] planes,
      int plane,
      int mirror,
      int from,
      int length,
      float[] parts,
      int even,
      int odd) {
    float[] p1 = planes[plane];
    float[] p2 = planes[plane + 1];
    float[] p3 = planes[plane + 2];
    float[] m1 = planes[mirror];
    float[] m2 = planes[mirror + 1];
    float[] m3 = planes[mirror + 2];
    float paired = plane == mirror ? 0 : 1;
    if (kind == PlaneMap.Kind.IMAGE) {
      imageParts(parts, even, odd, length, p1, p2, p3, m1, m2, m3, from, paired);
    } else {
      kernelParts(parts, even, odd, length, p1, p2, p3, m1, m2, m3, from, paired);
    }
  }

  private static void imageParts(
      float[] parts,
      int even,
      int odd,
      int length,
      float[] p1,
      float[] p2,
      float[] p3,
      float[] m1,
      float[] m2,
      float[] m3,
      int from,
      float paired) {
    for (int j = 0; j < length; j += L) {
      FloatVector both = FloatVector.fromArray(SPECIES, p1, from + j);
      FloatVector a = both.add(FloatVector.fromArray(SPECIES, p2, from + j));
      FloatVector b = both.add(FloatVector.fromArray(SPECIES, p3, from + j));
      FloatVector other = FloatVector.fromArray(SPECIES, m1, from + j);
      FloatVector mirrorA = other.add(FloatVector.fromArray(SPECIES, m2, from + j)).mul(paired);
      FloatVector mirrorB = other.add(FloatVector.fromArray(SPECIES, m3, from + j)).mul(paired);
      a.add(mirrorA).intoArray(parts, even + j);
      b.add(mirrorB).intoArray(parts, even + length + j);
      mirrorB.sub(b).intoArray(parts, odd + j);
      a.sub(mirrorA).intoArray(parts, odd + length + j);
    }
  }

  private static void kernelParts(
      float[] parts,
      int even,
      int odd,
      int length,
      float[] p1,
      float[] p2,
      float[] p3,
      float[] m1,
      float[] m2,
      float[] m3,
      int from,
      float paired) {
    for (int j = 0; j < length; j += L) {
      FloatVector second = FloatVector.fromArray(SPECIES, p2, from + j);
      FloatVector third = FloatVector.fromArray(SPECIES, p3, from + j);
      FloatVector a = FloatVector.fromArray(SPECIES, p1, from + j).sub(second).add(third);
      FloatVector b = second.add(third).neg();
      FloatVector mirror2 = FloatVector.fromArray(SPECIES, m2, from + j);
      FloatVector mirror3 = FloatVector.fromArray(SPECIES, m3, from + j);
      FloatVector mirror1 = FloatVector.fromArray(SPECIES, m1, from + j);
      FloatVector mirrorA = mirror1.sub(mirror2).add(mirror3).mul(paired);
      FloatVector mirrorB = mirror2.add(mirror3).neg().mul(paired);
      a.add(mirrorA).intoArray(parts, even + j);
      b.add(mirrorB).intoArray(parts, even + length + j);
      mirrorB.sub(b).intoArray(parts, odd + j);
      a.sub(mirrorA).intoArray(parts, odd + length + j);
    }
  }
}
