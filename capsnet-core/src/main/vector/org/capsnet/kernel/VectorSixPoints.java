package org.capsnet.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The maps at six points by the Vector API, with no more arithmetic than they need; written out for
 * the reason that {@link VectorGemm} gives.
 */
final class VectorSixPoints implements SixPoints {

  private static final VectorSpecies<Float> SPECIES = VectorGemm.SPECIES;
  private static final int L = SPECIES.length();
  private static final int LANES = Gemm.LANES;

  @Override
  public void image(
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep) {
    for (int lane = 0; lane < LANES; lane += L) {
      toPoints(tiles, in, io + lane, inNext, inStep, out, oo + lane, outNext, outStep);
    }
  }

  private static void toPoints(
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep) {
    for (int i = 0; i < tiles; i++) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, io + i * inNext);
      FloatVector x1 = FloatVector.fromArray(SPECIES, in, io + i * inNext + inStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 2 * inStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 3 * inStep);
      FloatVector x4 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 4 * inStep);
      FloatVector x5 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 5 * inStep);
      FloatVector even = x4.sub(x2);
      FloatVector odd = x1.sub(x3);
      odd.mul(1.5f).add(even).add(x0.sub(x2)).intoArray(out, oo + i * outNext);
      even.sub(x2.mul(1.5f)).sub(x3.mul(0.5f)).sub(x1).intoArray(out, oo + i * outNext + outStep);
      even.add(x2.mul(1.5f))
          .sub(x3.mul(2.5f))
          .add(x1)
          .intoArray(out, oo + i * outNext + 2 * outStep);
      even.sub(odd.mul(0.5f)).intoArray(out, oo + i * outNext + 3 * outStep);
      even.add(odd.add(odd)).intoArray(out, oo + i * outNext + 4 * outStep);
      x5.sub(x3).add(odd).sub(even.mul(1.5f)).intoArray(out, oo + i * outNext + 5 * outStep);
    }
  }

  @Override
  public void result(
      int outputs,
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep) {
    for (int lane = 0; lane < LANES; lane += L) {
      switch (outputs) {
        case 2 -> result2(tiles, in, io + lane, inNext, inStep, out, oo + lane, outNext, outStep);
        case 3 -> result3(tiles, in, io + lane, inNext, inStep, out, oo + lane, outNext, outStep);
        case 4 -> result4(tiles, in, io + lane, inNext, inStep, out, oo + lane, outNext, outStep);
        default -> result5(tiles, in, io + lane, inNext, inStep, out, oo + lane, outNext, outStep);
      }
    }
  }

  private static void result2(
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep) {
    for (int i = 0; i < tiles; i++) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, io + i * inNext);
      FloatVector x1 = FloatVector.fromArray(SPECIES, in, io + i * inNext + inStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 2 * inStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 3 * inStep);
      FloatVector x4 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 4 * inStep);
      FloatVector x5 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 5 * inStep);
      FloatVector sum = x1.add(x2);
      FloatVector difference = x1.sub(x2);
      x0.add(sum).add(x3).add(x4).intoArray(out, oo + i * outNext);
      difference
          .add(x3.add(x3))
          .sub(x4.mul(0.5f))
          .add(x5)
          .intoArray(out, oo + i * outNext + outStep);
    }
  }

  private static void result3(
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep) {
    for (int i = 0; i < tiles; i++) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, io + i * inNext);
      FloatVector x1 = FloatVector.fromArray(SPECIES, in, io + i * inNext + inStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 2 * inStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 3 * inStep);
      FloatVector x4 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 4 * inStep);
      FloatVector x5 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 5 * inStep);
      FloatVector sum = x1.add(x2);
      FloatVector difference = x1.sub(x2);
      x0.add(sum).add(x3).add(x4).intoArray(out, oo + i * outNext);
      difference.add(x3.add(x3)).sub(x4.mul(0.5f)).intoArray(out, oo + i * outNext + outStep);
      sum.add(x3.mul(4)).add(x4.mul(0.25f)).add(x5).intoArray(out, oo + i * outNext + 2 * outStep);
    }
  }

  private static void result4(
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep) {
    for (int i = 0; i < tiles; i++) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, io + i * inNext);
      FloatVector x1 = FloatVector.fromArray(SPECIES, in, io + i * inNext + inStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 2 * inStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 3 * inStep);
      FloatVector x4 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 4 * inStep);
      FloatVector x5 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 5 * inStep);
      FloatVector sum = x1.add(x2);
      FloatVector difference = x1.sub(x2);
      x0.add(sum).add(x3).add(x4).intoArray(out, oo + i * outNext);
      difference.add(x3.add(x3)).sub(x4.mul(0.5f)).intoArray(out, oo + i * outNext + outStep);
      sum.add(x3.mul(4)).add(x4.mul(0.25f)).intoArray(out, oo + i * outNext + 2 * outStep);
      difference
          .add(x3.mul(8))
          .sub(x4.mul(0.125f))
          .add(x5)
          .intoArray(out, oo + i * outNext + 3 * outStep);
    }
  }

  private static void result5(
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep) {
    for (int i = 0; i < tiles; i++) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, io + i * inNext);
      FloatVector x1 = FloatVector.fromArray(SPECIES, in, io + i * inNext + inStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 2 * inStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 3 * inStep);
      FloatVector x4 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 4 * inStep);
      FloatVector x5 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 5 * inStep);
      FloatVector sum = x1.add(x2);
      FloatVector difference = x1.sub(x2);
      x0.add(sum).add(x3).add(x4).intoArray(out, oo + i * outNext);
      difference.add(x3.add(x3)).sub(x4.mul(0.5f)).intoArray(out, oo + i * outNext + outStep);
      sum.add(x3.mul(4)).add(x4.mul(0.25f)).intoArray(out, oo + i * outNext + 2 * outStep);
      difference.add(x3.mul(8)).sub(x4.mul(0.125f)).intoArray(out, oo + i * outNext + 3 * outStep);
      sum.add(x3.mul(16))
          .add(x4.mul(0.0625f))
          .add(x5)
          .intoArray(out, oo + i * outNext + 4 * outStep);
    }
  }

  @Override
  public void resultBack(
      int outputs,
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep) {
    for (int lane = 0; lane < LANES; lane += L) {
      switch (outputs) {
        case 2 ->
            resultBack2(tiles, in, io + lane, inNext, inStep, out, oo + lane, outNext, outStep);
        case 3 ->
            resultBack3(tiles, in, io + lane, inNext, inStep, out, oo + lane, outNext, outStep);
        case 4 ->
            resultBack4(tiles, in, io + lane, inNext, inStep, out, oo + lane, outNext, outStep);
        default ->
            resultBack5(tiles, in, io + lane, inNext, inStep, out, oo + lane, outNext, outStep);
      }
    }
  }

  private static void resultBack2(
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep) {
    for (int i = 0; i < tiles; i++) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, io + i * inNext);
      FloatVector x1 = FloatVector.fromArray(SPECIES, in, io + i * inNext + inStep);
      x0.intoArray(out, oo + i * outNext);
      x0.add(x1).intoArray(out, oo + i * outNext + outStep);
      x0.sub(x1).intoArray(out, oo + i * outNext + 2 * outStep);
      x0.add(x1.add(x1)).intoArray(out, oo + i * outNext + 3 * outStep);
      x0.sub(x1.mul(0.5f)).intoArray(out, oo + i * outNext + 4 * outStep);
      x1.intoArray(out, oo + i * outNext + 5 * outStep);
    }
  }

  private static void resultBack3(
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep) {
    for (int i = 0; i < tiles; i++) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, io + i * inNext);
      FloatVector x1 = FloatVector.fromArray(SPECIES, in, io + i * inNext + inStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 2 * inStep);
      FloatVector even = x0.add(x2);
      x0.intoArray(out, oo + i * outNext);
      even.add(x1).intoArray(out, oo + i * outNext + outStep);
      even.sub(x1).intoArray(out, oo + i * outNext + 2 * outStep);
      x0.add(x1.add(x1)).add(x2.mul(4)).intoArray(out, oo + i * outNext + 3 * outStep);
      x0.sub(x1.mul(0.5f)).add(x2.mul(0.25f)).intoArray(out, oo + i * outNext + 4 * outStep);
      x2.intoArray(out, oo + i * outNext + 5 * outStep);
    }
  }

  private static void resultBack4(
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep) {
    for (int i = 0; i < tiles; i++) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, io + i * inNext);
      FloatVector x1 = FloatVector.fromArray(SPECIES, in, io + i * inNext + inStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 2 * inStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 3 * inStep);
      FloatVector even = x0.add(x2);
      FloatVector odd = x1.add(x3);
      x0.intoArray(out, oo + i * outNext);
      even.add(odd).intoArray(out, oo + i * outNext + outStep);
      even.sub(odd).intoArray(out, oo + i * outNext + 2 * outStep);
      x0.add(x1.add(x1))
          .add(x2.mul(4))
          .add(x3.mul(8))
          .intoArray(out, oo + i * outNext + 3 * outStep);
      x0.sub(x1.mul(0.5f))
          .add(x2.mul(0.25f))
          .sub(x3.mul(0.125f))
          .intoArray(out, oo + i * outNext + 4 * outStep);
      x3.intoArray(out, oo + i * outNext + 5 * outStep);
    }
  }

  private static void resultBack5(
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep) {
    for (int i = 0; i < tiles; i++) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, io + i * inNext);
      FloatVector x1 = FloatVector.fromArray(SPECIES, in, io + i * inNext + inStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 2 * inStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 3 * inStep);
      FloatVector x4 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 4 * inStep);
      FloatVector even = x0.add(x2).add(x4);
      FloatVector odd = x1.add(x3);
      x0.intoArray(out, oo + i * outNext);
      even.add(odd).intoArray(out, oo + i * outNext + outStep);
      even.sub(odd).intoArray(out, oo + i * outNext + 2 * outStep);
      x0.add(x1.add(x1))
          .add(x2.mul(4))
          .add(x3.mul(8))
          .add(x4.mul(16))
          .intoArray(out, oo + i * outNext + 3 * outStep);
      x0.sub(x1.mul(0.5f))
          .add(x2.mul(0.25f))
          .sub(x3.mul(0.125f))
          .add(x4.mul(0.0625f))
          .intoArray(out, oo + i * outNext + 4 * outStep);
      x4.intoArray(out, oo + i * outNext + 5 * outStep);
    }
  }

  @Override
  public void addImageBack(
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep) {
    for (int lane = 0; lane < LANES; lane += L) {
      addBack(tiles, in, io + lane, inNext, inStep, out, oo + lane, outNext, outStep);
    }
  }

  private static void addBack(
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep) {
    for (int i = 0; i < tiles; i++) {
      int to = oo + i * outNext;
      FloatVector p0 = FloatVector.fromArray(SPECIES, in, io + i * inNext);
      FloatVector p1 = FloatVector.fromArray(SPECIES, in, io + i * inNext + inStep);
      FloatVector p2 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 2 * inStep);
      FloatVector p3 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 3 * inStep);
      FloatVector p4 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 4 * inStep);
      FloatVector p5 = FloatVector.fromArray(SPECIES, in, io + i * inNext + 5 * inStep);
      FloatVector pair = p3.mul(0.5f).sub(p4.add(p4));
      p0.add(FloatVector.fromArray(SPECIES, out, to)).intoArray(out, to);
      p2.sub(p1)
          .sub(pair)
          .add(p0.mul(1.5f))
          .add(p5)
          .add(FloatVector.fromArray(SPECIES, out, to + outStep))
          .intoArray(out, to + outStep);
      p2.mul(0.5f)
          .sub(p1.mul(2.5f))
          .sub(p0.add(p0))
          .sub(p3.add(p4))
          .add(p5.mul(1.5f))
          .add(FloatVector.fromArray(SPECIES, out, to + 2 * outStep))
          .intoArray(out, to + 2 * outStep);
      pair.sub(p1.mul(0.5f))
          .sub(p2.mul(2.5f))
          .sub(p0.mul(1.5f))
          .sub(p5.add(p5))
          .add(FloatVector.fromArray(SPECIES, out, to + 3 * outStep))
          .intoArray(out, to + 3 * outStep);
      p1.add(p2)
          .add(p3.add(p4))
          .add(p0.sub(p5.mul(1.5f)))
          .add(FloatVector.fromArray(SPECIES, out, to + 4 * outStep))
          .intoArray(out, to + 4 * outStep);
      p5.add(FloatVector.fromArray(SPECIES, out, to + 5 * outStep))
          .intoArray(out, to + 5 * outStep);
    }
  }
}
