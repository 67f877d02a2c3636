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

  /** For numbers of inputs that are not written out. */
  private final SpectralLoops others = new PlainSpectralLoops();

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
      imagePlanes(numbers, a, b, length, first, second, third, to);
    } else {
      kernelPlanes(numbers, a, b, length, first, second, third, to);
    }
  }

  private static void imagePlanes(
      float[] numbers,
      int a,
      int b,
      int length,
      float[] first,
      float[] second,
      float[] third,
      int to) {
    int j = 0;
    for (; j + L < length; j += 2 * L) {
      FloatVector re = FloatVector.fromArray(SPECIES, numbers, a + j);
      FloatVector im = FloatVector.fromArray(SPECIES, numbers, b + j);
      re.add(im).intoArray(first, to + j);
      re.intoArray(second, to + j);
      im.intoArray(third, to + j);
      FloatVector re2 = FloatVector.fromArray(SPECIES, numbers, a + j + L);
      FloatVector im2 = FloatVector.fromArray(SPECIES, numbers, b + j + L);
      re2.add(im2).intoArray(first, to + j + L);
      re2.intoArray(second, to + j + L);
      im2.intoArray(third, to + j + L);
    }
    if (j < length) {
      FloatVector re = FloatVector.fromArray(SPECIES, numbers, a + j);
      FloatVector im = FloatVector.fromArray(SPECIES, numbers, b + j);
      re.add(im).intoArray(first, to + j);
      re.intoArray(second, to + j);
      im.intoArray(third, to + j);
    }
  }

  private static void kernelPlanes(
      float[] numbers,
      int a,
      int b,
      int length,
      float[] first,
      float[] second,
      float[] third,
      int to) {
    int j = 0;
    for (; j + L < length; j += 2 * L) {
      FloatVector re = FloatVector.fromArray(SPECIES, numbers, a + j);
      FloatVector im = FloatVector.fromArray(SPECIES, numbers, b + j);
      re.intoArray(first, to + j);
      im.sub(re).intoArray(second, to + j);
      re.add(im).intoArray(third, to + j);
      FloatVector re2 = FloatVector.fromArray(SPECIES, numbers, a + j + L);
      FloatVector im2 = FloatVector.fromArray(SPECIES, numbers, b + j + L);
      re2.intoArray(first, to + j + L);
      im2.sub(re2).intoArray(second, to + j + L);
      re2.add(im2).intoArray(third, to + j + L);
    }
    if (j < length) {
      FloatVector re = FloatVector.fromArray(SPECIES, numbers, a + j);
      FloatVector im = FloatVector.fromArray(SPECIES, numbers, b + j);
      re.intoArray(first, to + j);
      im.sub(re).intoArray(second, to + j);
      re.add(im).intoArray(third, to + j);
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
      imageParts(first, second, third, from, length, numbers, a, b);
    } else {
      kernelParts(first, second, third, from, length, numbers, a, b);
    }
  }

  private static void imageParts(
      float[] first,
      float[] second,
      float[] third,
      int from,
      int length,
      float[] numbers,
      int a,
      int b) {
    int j = 0;
    for (; j + L < length; j += 2 * L) {
      FloatVector one = FloatVector.fromArray(SPECIES, first, from + j);
      one.add(FloatVector.fromArray(SPECIES, second, from + j)).intoArray(numbers, a + j);
      one.add(FloatVector.fromArray(SPECIES, third, from + j)).intoArray(numbers, b + j);
      FloatVector one2 = FloatVector.fromArray(SPECIES, first, from + j + L);
      one2.add(FloatVector.fromArray(SPECIES, second, from + j + L)).intoArray(numbers, a + j + L);
      one2.add(FloatVector.fromArray(SPECIES, third, from + j + L)).intoArray(numbers, b + j + L);
    }
    if (j < length) {
      FloatVector one = FloatVector.fromArray(SPECIES, first, from + j);
      one.add(FloatVector.fromArray(SPECIES, second, from + j)).intoArray(numbers, a + j);
      one.add(FloatVector.fromArray(SPECIES, third, from + j)).intoArray(numbers, b + j);
    }
  }

  private static void kernelParts(
      float[] first,
      float[] second,
      float[] third,
      int from,
      int length,
      float[] numbers,
      int a,
      int b) {
    int j = 0;
    for (; j + L < length; j += 2 * L) {
      FloatVector two = FloatVector.fromArray(SPECIES, second, from + j);
      FloatVector three = FloatVector.fromArray(SPECIES, third, from + j);
      FloatVector one = FloatVector.fromArray(SPECIES, first, from + j);
      one.sub(two).add(three).intoArray(numbers, a + j);
      two.add(three).intoArray(numbers, b + j);
      FloatVector two2 = FloatVector.fromArray(SPECIES, second, from + j + L);
      FloatVector three2 = FloatVector.fromArray(SPECIES, third, from + j + L);
      FloatVector one2 = FloatVector.fromArray(SPECIES, first, from + j + L);
      one2.sub(two2).add(three2).intoArray(numbers, a + j + L);
      two2.add(three2).intoArray(numbers, b + j + L);
    }
    if (j < length) {
      FloatVector two = FloatVector.fromArray(SPECIES, second, from + j);
      FloatVector three = FloatVector.fromArray(SPECIES, third, from + j);
      FloatVector one = FloatVector.fromArray(SPECIES, first, from + j);
      one.sub(two).add(three).intoArray(numbers, a + j);
      two.add(three).intoArray(numbers, b + j);
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
    switch (inputs) {
      case 4 -> ofFour(matrix, count, from, at, next, planes, plane, to, last, width);
      case 5 -> ofFive(matrix, count, from, at, next, planes, plane, to, last, width);
      default ->
          others.evaluate(
              matrix, count, inputs, from, at, next, planes, plane, to, last, width, scratch);
    }
  }

  private static void ofFour(
      float[] matrix,
      int count,
      float[] from,
      int at,
      int next,
      float[][] planes,
      int plane,
      int to,
      int last,
      int width) {
    for (int j = 0; j < width; j += L) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, from, at + j);
      FloatVector x1 = FloatVector.fromArray(SPECIES, from, at + next + j);
      FloatVector x2 = FloatVector.fromArray(SPECIES, from, at + 2 * next + j);
      FloatVector x3 = FloatVector.fromArray(SPECIES, from, at + 3 * next + j);
      for (int p = 0; p < count; p++) {
        int row = p == count - 1 ? last : to;
        FloatVector y = FloatVector.broadcast(SPECIES, matrix[4 * p]).mul(x0);
        y = FloatVector.broadcast(SPECIES, matrix[4 * p + 1]).fma(x1, y);
        y = FloatVector.broadcast(SPECIES, matrix[4 * p + 2]).fma(x2, y);
        y = FloatVector.broadcast(SPECIES, matrix[4 * p + 3]).fma(x3, y);
        y.intoArray(planes[plane + p], row + j);
      }
    }
  }

  private static void ofFive(
      float[] matrix,
      int count,
      float[] from,
      int at,
      int next,
      float[][] planes,
      int plane,
      int to,
      int last,
      int width) {
    for (int j = 0; j < width; j += L) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, from, at + j);
      FloatVector x1 = FloatVector.fromArray(SPECIES, from, at + next + j);
      FloatVector x2 = FloatVector.fromArray(SPECIES, from, at + 2 * next + j);
      FloatVector x3 = FloatVector.fromArray(SPECIES, from, at + 3 * next + j);
      FloatVector x4 = FloatVector.fromArray(SPECIES, from, at + 4 * next + j);
      for (int p = 0; p < count; p++) {
        int row = p == count - 1 ? last : to;
        FloatVector y = FloatVector.broadcast(SPECIES, matrix[5 * p]).mul(x0);
        y = FloatVector.broadcast(SPECIES, matrix[5 * p + 1]).fma(x1, y);
        y = FloatVector.broadcast(SPECIES, matrix[5 * p + 2]).fma(x2, y);
        y = FloatVector.broadcast(SPECIES, matrix[5 * p + 3]).fma(x3, y);
        y = FloatVector.broadcast(SPECIES, matrix[5 * p + 4]).fma(x4, y);
        y.intoArray(planes[plane + p], row + j);
      }
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
    switch (inputs) {
      case 4 -> backToFour(matrix, count, rows, at, next, planes, plane, from, last, width);
      case 5 -> backToFive(matrix, count, rows, at, next, planes, plane, from, last, width);
      default ->
          others.evaluateBack(
              matrix, count, inputs, rows, at, next, planes, plane, from, last, width, scratch);
    }
  }

  private static void backToFour(
      float[] matrix,
      int count,
      float[] rows,
      int at,
      int next,
      float[][] planes,
      int plane,
      int from,
      int last,
      int width) {
    for (int j = 0; j < width; j += L) {
      FloatVector y0 = FloatVector.zero(SPECIES);
      FloatVector y1 = FloatVector.zero(SPECIES);
      FloatVector y2 = FloatVector.zero(SPECIES);
      FloatVector y3 = FloatVector.zero(SPECIES);
      for (int p = 0; p < count; p++) {
        int row = p == count - 1 ? last : from;
        FloatVector x = FloatVector.fromArray(SPECIES, planes[plane + p], row + j);
        y0 = FloatVector.broadcast(SPECIES, matrix[4 * p]).fma(x, y0);
        y1 = FloatVector.broadcast(SPECIES, matrix[4 * p + 1]).fma(x, y1);
        y2 = FloatVector.broadcast(SPECIES, matrix[4 * p + 2]).fma(x, y2);
        y3 = FloatVector.broadcast(SPECIES, matrix[4 * p + 3]).fma(x, y3);
      }
      y0.intoArray(rows, at + j);
      y1.intoArray(rows, at + next + j);
      y2.intoArray(rows, at + 2 * next + j);
      y3.intoArray(rows, at + 3 * next + j);
    }
  }

  private static void backToFive(
      float[] matrix,
      int count,
      float[] rows,
      int at,
      int next,
      float[][] planes,
      int plane,
      int from,
      int last,
      int width) {
    for (int j = 0; j < width; j += L) {
      FloatVector y0 = FloatVector.zero(SPECIES);
      FloatVector y1 = FloatVector.zero(SPECIES);
      FloatVector y2 = FloatVector.zero(SPECIES);
      FloatVector y3 = FloatVector.zero(SPECIES);
      FloatVector y4 = FloatVector.zero(SPECIES);
      for (int p = 0; p < count; p++) {
        int row = p == count - 1 ? last : from;
        FloatVector x = FloatVector.fromArray(SPECIES, planes[plane + p], row + j);
        y0 = FloatVector.broadcast(SPECIES, matrix[5 * p]).fma(x, y0);
        y1 = FloatVector.broadcast(SPECIES, matrix[5 * p + 1]).fma(x, y1);
        y2 = FloatVector.broadcast(SPECIES, matrix[5 * p + 2]).fma(x, y2);
        y3 = FloatVector.broadcast(SPECIES, matrix[5 * p + 3]).fma(x, y3);
        y4 = FloatVector.broadcast(SPECIES, matrix[5 * p + 4]).fma(x, y4);
      }
      y0.intoArray(rows, at + j);
      y1.intoArray(rows, at + next + j);
      y2.intoArray(rows, at + 2 * next + j);
      y3.intoArray(rows, at + 3 * next + j);
      y4.intoArray(rows, at + 4 * next + j);
    }
  }
}
