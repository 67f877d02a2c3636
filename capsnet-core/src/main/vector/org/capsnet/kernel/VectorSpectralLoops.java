package org.capsnet.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops with the Vector API, several vectors at a time: so a method is too long to be inlined.
 * Where one was, into what was by then a large method, vectors were at times allocated, and all of
 * it took three times as long.
 */
final class VectorSpectralLoops implements SpectralLoops {

  private static final VectorSpecies<Float> SPECIES = VectorGemm.SPECIES;
  private static final int L = SPECIES.length();

  @Override
  public void sumAndDifference(
      float[] from, int x, int y, int length, float[] to, int sum, int difference) {
    int j = 0;
    for (; j + 3 * L < length; j += 4 * L) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, from, x + j);
      FloatVector y0 = FloatVector.fromArray(SPECIES, from, y + j);
      x0.sub(y0).intoArray(to, difference + j);
      x0.add(y0).intoArray(to, sum + j);
      FloatVector x1 = FloatVector.fromArray(SPECIES, from, x + j + L);
      FloatVector y1 = FloatVector.fromArray(SPECIES, from, y + j + L);
      x1.sub(y1).intoArray(to, difference + j + L);
      x1.add(y1).intoArray(to, sum + j + L);
      FloatVector x2 = FloatVector.fromArray(SPECIES, from, x + j + 2 * L);
      FloatVector y2 = FloatVector.fromArray(SPECIES, from, y + j + 2 * L);
      x2.sub(y2).intoArray(to, difference + j + 2 * L);
      x2.add(y2).intoArray(to, sum + j + 2 * L);
      FloatVector x3 = FloatVector.fromArray(SPECIES, from, x + j + 3 * L);
      FloatVector y3 = FloatVector.fromArray(SPECIES, from, y + j + 3 * L);
      x3.sub(y3).intoArray(to, difference + j + 3 * L);
      x3.add(y3).intoArray(to, sum + j + 3 * L);
    }
    for (; j < length; j += L) {
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
    int j = 0;
    for (; j + L < length; j += 2 * L) {
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
      FloatVector evenA2 = FloatVector.fromArray(SPECIES, parts, even + j + L);
      FloatVector evenB2 = FloatVector.fromArray(SPECIES, parts, even + length + j + L);
      FloatVector oddA2 = FloatVector.fromArray(SPECIES, parts, odd + j + L);
      FloatVector oddB2 = FloatVector.fromArray(SPECIES, parts, odd + length + j + L);
      FloatVector mirrorA2 = evenA2.sub(oddB2);
      FloatVector mirrorB2 = evenB2.add(oddA2);
      mirrorA2.add(mirrorB2).intoArray(m1, to + j + L);
      mirrorA2.intoArray(m2, to + j + L);
      mirrorB2.intoArray(m3, to + j + L);
      FloatVector a2 = evenA2.add(oddB2);
      FloatVector b2 = evenB2.sub(oddA2);
      a2.add(b2).intoArray(p1, to + j + L);
      a2.intoArray(p2, to + j + L);
      b2.intoArray(p3, to + j + L);
    }
    if (j < length) {
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
    int j = 0;
    for (; j + L < length; j += 2 * L) {
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
      FloatVector evenA2 = FloatVector.fromArray(SPECIES, parts, even + j + L);
      FloatVector evenB2 = FloatVector.fromArray(SPECIES, parts, even + length + j + L);
      FloatVector oddA2 = FloatVector.fromArray(SPECIES, parts, odd + j + L);
      FloatVector oddB2 = FloatVector.fromArray(SPECIES, parts, odd + length + j + L);
      FloatVector mirrorA2 = evenA2.sub(oddB2);
      FloatVector mirrorB2 = evenB2.add(oddA2);
      mirrorA2.intoArray(m1, to + j + L);
      mirrorA2.add(mirrorB2).neg().intoArray(m2, to + j + L);
      mirrorA2.sub(mirrorB2).intoArray(m3, to + j + L);
      FloatVector a2 = evenA2.add(oddB2);
      FloatVector b2 = evenB2.sub(oddA2);
      a2.intoArray(p1, to + j + L);
      a2.add(b2).neg().intoArray(p2, to + j + L);
      a2.sub(b2).intoArray(p3, to + j + L);
    }
    if (j < length) {
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
    int j = 0;
    for (; j + L < length; j += 2 * L) {
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
      FloatVector both2 = FloatVector.fromArray(SPECIES, p1, from + j + L);
      FloatVector a2 = both2.add(FloatVector.fromArray(SPECIES, p2, from + j + L));
      FloatVector b2 = both2.add(FloatVector.fromArray(SPECIES, p3, from + j + L));
      FloatVector other2 = FloatVector.fromArray(SPECIES, m1, from + j + L);
      FloatVector mirrorA2 =
          other2.add(FloatVector.fromArray(SPECIES, m2, from + j + L)).mul(paired);
      FloatVector mirrorB2 =
          other2.add(FloatVector.fromArray(SPECIES, m3, from + j + L)).mul(paired);
      a2.add(mirrorA2).intoArray(parts, even + j + L);
      b2.add(mirrorB2).intoArray(parts, even + length + j + L);
      mirrorB2.sub(b2).intoArray(parts, odd + j + L);
      a2.sub(mirrorA2).intoArray(parts, odd + length + j + L);
    }
    if (j < length) {
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
    int j = 0;
    for (; j + L < length; j += 2 * L) {
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
      FloatVector second2 = FloatVector.fromArray(SPECIES, p2, from + j + L);
      FloatVector third2 = FloatVector.fromArray(SPECIES, p3, from + j + L);
      FloatVector a2 = FloatVector.fromArray(SPECIES, p1, from + j + L).sub(second2).add(third2);
      FloatVector b2 = second2.add(third2).neg();
      FloatVector mirror22 = FloatVector.fromArray(SPECIES, m2, from + j + L);
      FloatVector mirror32 = FloatVector.fromArray(SPECIES, m3, from + j + L);
      FloatVector mirror12 = FloatVector.fromArray(SPECIES, m1, from + j + L);
      FloatVector mirrorA2 = mirror12.sub(mirror22).add(mirror32).mul(paired);
      FloatVector mirrorB2 = mirror22.add(mirror32).neg().mul(paired);
      a2.add(mirrorA2).intoArray(parts, even + j + L);
      b2.add(mirrorB2).intoArray(parts, even + length + j + L);
      mirrorB2.sub(b2).intoArray(parts, odd + j + L);
      a2.sub(mirrorA2).intoArray(parts, odd + length + j + L);
    }
    if (j < length) {
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
