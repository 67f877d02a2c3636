package org.capsnet.kernel;

/** The loops in plain Java. */
final class PlainSpectralLoops implements SpectralLoops {

  @Override
  public void sumAndDifference(
      float[] from, int x, int y, int length, float[] to, int sum, int difference) {
    for (int j = 0; j < length; j++) {
      float one = from[x + j];
      float other = from[y + j];
      to[difference + j] = one - other;
      to[sum + j] = one + other;
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
    // The mirror image first, so that of a frequency that is its own nothing is left of it.
    one(kind, parts, even, odd, length, -1, planes, mirror, to);
    one(kind, parts, even, odd, length, 1, planes, plane, to);
  }

  private static void one(
      PlaneMap.Kind kind,
      float[] parts,
      int even,
      int odd,
      int length,
      float sign,
      float[][] planes,
      int plane,
      int to) {
    float[] first = planes[plane];
    float[] second = planes[plane + 1];
    float[] third = planes[plane + 2];
    if (kind == PlaneMap.Kind.IMAGE) {
      for (int j = 0; j < length; j++) {
        float a = parts[even + j] + sign * parts[odd + length + j];
        float b = parts[even + length + j] - sign * parts[odd + j];
        first[to + j] = a + b;
        second[to + j] = a;
        third[to + j] = b;
      }
    } else {
      for (int j = 0; j < length; j++) {
        float a = parts[even + j] + sign * parts[odd + length + j];
        float b = parts[even + length + j] - sign * parts[odd + j];
        first[to + j] = a;
        second[to + j] = -b - a;
        third[to + j] = a - b;
      }
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
    boolean image = kind == PlaneMap.Kind.IMAGE;
    float paired = plane == mirror ? 0 : 1;
    float[] p1 = planes[plane];
    float[] p2 = planes[plane + 1];
    float[] p3 = planes[plane + 2];
    float[] m1 = planes[mirror];
    float[] m2 = planes[mirror + 1];
    float[] m3 = planes[mirror + 2];
    for (int j = 0; j < length; j++) {
      int i = from + j;
      float a = image ? p1[i] + p2[i] : p1[i] - p2[i] + p3[i];
      float b = image ? p1[i] + p3[i] : -p2[i] - p3[i];
      float otherA = paired * (image ? m1[i] + m2[i] : m1[i] - m2[i] + m3[i]);
      float otherB = paired * (image ? m1[i] + m3[i] : -m2[i] - m3[i]);
      parts[even + j] = a + otherA;
      parts[even + length + j] = b + otherB;
      parts[odd + j] = otherB - b;
      parts[odd + length + j] = a - otherA;
    }
  }
}
