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
    int length = scratch.alongSamples;
    forChannels(
        (own, from, count) -> {
          int stride = count * sizes.outputs();
          for (int c = 0; c < count; c++) {
            Simd.GEMM.multiply(
                sizes.outputs(),
                length,
                maps.planes,
                maps.outputs,
                0,
                maps.planes,
                1,
                scratch.results,
                (from + c) * length,
                scratch.resultPlane,
                own.rows,
                0,
                length,
                false);
            Rows.scatter(
                own.rows, length, places, own.moved, c * sizes.outputs(), stride, sizes.batch());
          }
          for (int s = 0; s < sizes.batch(); s++) {
            Floats.write(array, at(s, from), own.moved, s * stride, stride);
          }
        });
  }

  /** The planes are {@code T_yᵀ dy}, and turned too where that is asked for. */
  void read(boolean turn) {
    int length = scratch.alongSamples;
    forChannels(
        (own, from, count) -> {
          int stride = count * sizes.outputs();
          for (int s = 0; s < sizes.batch(); s++) {
            Floats.read(array, at(s, from), own.moved, s * stride, stride);
          }
          for (int c = 0; c < count; c++) {
            Rows.gather(
                own.moved, c * sizes.outputs(), stride, sizes.batch(), places, own.rows, length);
            Simd.GEMM.multiply(
                maps.planes,
                length,
                sizes.outputs(),
                maps.outputs,
                0,
                1,
                maps.planes,
                own.rows,
                0,
                length,
                scratch.results,
                (from + c) * length,
                scratch.resultPlane,
                false);
          }
        });
    if (turn) {
      turn();
    }
  }

  private void turn() {
    float[] turned = scratch.turned();
    Parallel.forItems(
        maps.planes,
        SpectralBlock.PLANES,
        (worker, from, to) -> {
          for (int p = from; p < to; p++) {
            Rows.transpose(
                scratch.results,
                p * scratch.resultPlane,
                scratch.alongSamples,
                sizes.out(),
                sizes.batch(),
                turned,
                p * scratch.turnedPlane(),
                scratch.alongOut);
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
