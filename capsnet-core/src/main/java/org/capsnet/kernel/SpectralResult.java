package org.capsnet.kernel;

import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The way between a result, or its gradient, and its planes. */
final class SpectralResult {

  private final ConvolutionSizes sizes;
  private final SpectralScratch scratch;
  private final SpectralTransforms maps;
  private final INDArray array;
  private final int firstSample;
  private final int[] places;

  SpectralResult(ConvolutionSizes sizes, SpectralScratch scratch, INDArray array, int firstSample) {
    this.sizes = sizes;
    this.scratch = scratch;
    this.maps = scratch.maps;
    this.array = array;
    this.firstSample = firstSample;
    this.places = IntStream.range(0, sizes.outputs()).toArray();
  }

  /** {@code y = T_y} of the planes. */
  void write() {
    Panels shape = scratch.ofResults;
    forChannels(
        (own, from, count) -> {
          int stride = count * sizes.outputs();
          for (int c = 0; c < count; c++) {
            for (int p = 0; p < shape.count(); p++) {
              shape.read(scratch.results, 0, maps.planes, p, from + c, own.lines);
              Simd.GEMM.multiply(
                  sizes.outputs(),
                  shape.width(),
                  maps.planes,
                  maps.outputs,
                  0,
                  maps.planes,
                  1,
                  own.lines,
                  0,
                  shape.width(),
                  own.rows,
                  p * shape.width(),
                  shape.length(),
                  false);
            }
            Rows.scatter(
                own.rows,
                shape.length(),
                places,
                own.moved,
                c * sizes.outputs(),
                stride,
                sizes.batch());
          }
          for (int s = 0; s < sizes.batch(); s++) {
            Floats.write(array, at(s, from), own.moved, s * stride, stride);
          }
        });
  }

  /** The planes are {@code T_yᵀ dy}, and turned too where that is asked for. */
  void read(boolean turn) {
    Panels shape = scratch.ofResults;
    forChannels(
        (own, from, count) -> {
          int stride = count * sizes.outputs();
          for (int s = 0; s < sizes.batch(); s++) {
            Floats.read(array, at(s, from), own.moved, s * stride, stride);
          }
          for (int c = 0; c < count; c++) {
            Rows.gather(
                own.moved,
                c * sizes.outputs(),
                stride,
                sizes.batch(),
                places,
                own.rows,
                shape.length());
            for (int p = 0; p < shape.count(); p++) {
              Simd.GEMM.multiply(
                  maps.planes,
                  shape.width(),
                  sizes.outputs(),
                  maps.outputs,
                  0,
                  1,
                  maps.planes,
                  own.rows,
                  p * shape.width(),
                  shape.length(),
                  own.lines,
                  0,
                  shape.width(),
                  false);
              shape.write(own.lines, scratch.results, 0, maps.planes, p, from + c);
            }
          }
        });
    if (turn) {
      turn();
    }
  }

  private void turn() {
    turn(scratch.results, scratch.ofResults, scratch.turned(), scratch.ofTurned);
  }

  /** Makes the planes of the result of turned ones. */
  void turnBack() {
    turn(scratch.turned(), scratch.ofTurned, scratch.results, scratch.ofResults);
  }

  private void turn(float[][] planes, Panels shape, float[][] turned, Panels ofTurned) {
    Parallel.forItems(
        maps.planes,
        1,
        (worker, from, to) -> {
          for (int p = from; p < to; p++) {
            shape.transpose(planes[p], turned[p], ofTurned);
          }
        });
  }

  private interface ChannelWork {
    void run(SpectralScratch.Worker own, int from, int count);
  }

  private void forChannels(ChannelWork work) {
    int together = scratch.together(sizes.batch(), sizes.outputs());
    Parallel.forItems(
        sizes.out(),
        together,
        (worker, from, to) -> work.run(scratch.worker(worker), from, to - from));
  }

  private long at(int sample, int channel) {
    return ((long) (firstSample + sample) * sizes.out() + channel) * sizes.outputs();
  }
}
