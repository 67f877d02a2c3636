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
      float[] numbers,
      int a,
      int b,
      int length,
      float[][] planes,
      int plane,
      int to) {
    float[] first = planes[plane];
    float[] second = planes[plane + 1];
    float[] third = planes[plane + 2];
    if (kind == PlaneMap.Kind.IMAGE) {
      for (int j = 0; j < length; j++) {
        first[to + j] = numbers[a + j] + numbers[b + j];
      }
      System.arraycopy(numbers, a, second, to, length);
      System.arraycopy(numbers, b, third, to, length);
    } else {
      for (int j = 0; j < length; j++) {
        second[to + j] = numbers[b + j] - numbers[a + j];
        third[to + j] = numbers[a + j] + numbers[b + j];
      }
      System.arraycopy(numbers, a, first, to, length);
    }
  }

  @Override
  public void parts(
      PlaneMap.Kind kind,
      float[][] planes,
      int plane,
      int from,
      int length,
      float[] numbers,
      int a,
      int b) {
    float[] first = planes[plane];
    float[] second = planes[plane + 1];
    float[] third = planes[plane + 2];
    if (kind == PlaneMap.Kind.IMAGE) {
      for (int j = 0; j < length; j++) {
        numbers[a + j] = first[from + j] + second[from + j];
        numbers[b + j] = first[from + j] + third[from + j];
      }
    } else {
      for (int j = 0; j < length; j++) {
        numbers[a + j] = first[from + j] - second[from + j] + third[from + j];
        numbers[b + j] = second[from + j] + third[from + j];
      }
    }
  }

  @Override
  public void evaluate(
      float[] matrix,
      int count,
      int inputs,
      float[] from,
      int at,
      int next,
      float[][] planes,
      int plane,
      int to,
      int last,
      int width,
      float[] scratch) {
    Simd.GEMM.multiply(
        count, width, inputs, matrix, 0, inputs, 1, from, at, next, scratch, 0, width, false);
    for (int p = 0; p < count; p++) {
      int row = p == count - 1 ? last : to;
      System.arraycopy(scratch, p * width, planes[plane + p], row, width);
    }
  }

  @Override
  public void evaluateBack(
      float[] matrix,
      int count,
      int inputs,
      float[] rows,
      int at,
      int next,
      float[][] planes,
      int plane,
      int from,
      int last,
      int width,
      float[] scratch) {
    for (int p = 0; p < count; p++) {
      int row = p == count - 1 ? last : from;
      System.arraycopy(planes[plane + p], row, scratch, p * width, width);
    }
    Simd.GEMM.multiply(
        inputs, width, count, matrix, 0, 1, inputs, scratch, 0, width, rows, at, next, false);
  }
}
