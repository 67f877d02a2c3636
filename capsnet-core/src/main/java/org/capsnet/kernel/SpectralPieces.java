package org.capsnet.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The products of a {@link SpectralBlock} of few samples: the planes of the weights are as many
 * whatever the batch, so that they are never stored. A worker makes those of a piece, which is some
 * channels of the images and a panel of output channels, multiplies them while they are in its
 * cache, and goes on to the next.
 *
 * <p>Forward, a panel of output channels is a worker's, and the pieces of it add up in order.
 * Backward, some channels of the images are: at each point the weights are multiplied for the
 * images' gradient, and their place is taken by their own gradient, which goes back to the taps.
 */
final class SpectralPieces {

  /** The most samples. */
  private static final int MOST_SAMPLES = 32;

  /** Each is a worker's in the forward pass. */
  private static final int FEWEST_PANELS = 4;

  /** Numbers of a piece, of which a second level cache holds twice as many. */
  private static final int PIECE = 1 << 17;

  private final ConvolutionSizes sizes;
  private final SpectralScratch scratch;
  private final SpectralTransforms maps;
  private final INDArray weights;
  private final int firstChannel;

  /** Of the block. */
  private final int channels;

  private final PlaneShapes ofImages;

  /** The turned planes of the result, or of its gradient: made here, by one thread. */
  private final float[][] turned;

  SpectralPieces(
      ConvolutionSizes sizes,
      SpectralScratch scratch,
      INDArray weights,
      int firstChannel,
      int channels) {
    this.sizes = sizes;
    this.scratch = scratch;
    this.maps = scratch.maps;
    this.weights = weights;
    this.firstChannel = firstChannel;
    this.channels = channels;
    ofImages = scratch.ofImages.withChannels(channels);
    turned = scratch.turned();
  }

  /**
   * Whether the samples are few enough and one panel, which with short vectors has fewer, and the
   * planes of a channel at least fit a cache.
   */
  static boolean go(ConvolutionSizes sizes) {
    int samples = sizes.batch();
    return samples <= MOST_SAMPLES
        && samples <= Simd.products().width(samples)
        && channels(sizes) > 0;
  }

  /**
   * Whether this is the faster way: with products that take a panel at a time, and panels of output
   * channels for some workers at least.
   */
  static boolean pay(ConvolutionSizes sizes) {
    int width = Simd.products().width(sizes.out());
    return Simd.products() instanceof TiledProducts
        && sizes.out() > (FEWEST_PANELS - 1) * width
        && go(sizes);
  }

  /** The channels of a piece; 0 where not one fits. The highest tiles have a multiple of 3 rows. */
  static int channels(ConvolutionSizes sizes) {
    long ofChannel = (long) Spectrum.of(sizes).rowsOfPlanes() * Simd.products().width(sizes.out());
    int most = (int) (PIECE / ofChannel);
    return Math.min(sizes.in(), most < 3 ? most : most - most % 3);
  }

  /** Adds the block's share to the turned planes of the result; the first block's is the first. */
  void multiply() {
    Parallel.forItems(
        scratch.ofTurned.count(),
        1,
        (worker, from, to) -> {
          SpectralScratch.Worker own = scratch.worker(worker);
          for (int panel = from; panel < to; panel++) {
            for (int c = 0; c < channels; c += scratch.ofPiece) {
              Piece piece = new Piece(own, panel, c, Math.min(scratch.ofPiece, channels - c));
              piece.make();
              piece.multiply();
            }
          }
        });
  }

  /**
   * The gradients from those of the result.
   *
   * @param withImages whether the planes of the images become those of their gradient
   * @param gradient of the weights, whose part is overwritten; null where it is not needed
   */
  void multiplyBack(boolean withImages, INDArray gradient) {
    int pieces = (channels + scratch.ofPiece - 1) / scratch.ofPiece;
    Parallel.forItems(
        pieces,
        1,
        (worker, from, to) -> {
          SpectralScratch.Worker own = scratch.worker(worker);
          for (int p = from; p < to; p++) {
            int c = p * scratch.ofPiece;
            int count = Math.min(scratch.ofPiece, channels - c);
            for (int panel = 0; panel < scratch.ofTurned.count(); panel++) {
              Piece piece = new Piece(own, panel, c, count);
              if (withImages) {
                piece.make();
                piece.multiplyBack();
              }
              if (gradient != null) {
                piece.makeGradient();
                piece.write(gradient);
              }
            }
            if (withImages) {
              new Piece(own, 0, c, count).moveImages();
            }
          }
        });
  }

  /** Some channels of the images, and a panel of output channels. */
  private final class Piece {
    private final SpectralScratch.Worker own;
    private final int panel;
    private final int first;
    private final int count;
    private final PlaneShapes shapes;
    private final int width;
    private final int out;

    Piece(SpectralScratch.Worker own, int panel, int first, int count) {
      this.own = own;
      this.panel = panel;
      this.first = first;
      this.count = count;
      width = scratch.ofTurned.width();
      out = scratch.ofTurned.columns(panel);
      shapes = scratch.ofPieces.withChannels(count);
    }

    private int rows(int plane) {
      return shapes.of(maps.parts.get(plane)).rows();
    }

    /** Where this piece's rows begin in a plane of images. */
    private int inImages(int plane) {
      return ofImages.of(maps.parts.get(plane)).at(0, rows(plane) / count * first);
    }

    private long kernelAt() {
      long kernel = (long) panel * width * sizes.in() + firstChannel + first;
      return kernel * sizes.taps();
    }

    /** The planes of the weights. */
    void make() {
      int stride = count * sizes.taps();
      int next = sizes.in() * sizes.taps();
      Floats.readRows(weights, kernelAt(), next, out, stride, own.moved, 0, stride);
      for (int c = 0; c < count; c++) {
        Rows.gather(own.moved, c * sizes.taps(), stride, out, maps.taps, own.rows, width);
        int at = 0;
        for (int phase = 0; phase < maps.kernels.size(); phase++) {
          PlaneMap map = maps.kernels.get(phase);
          map.apply(own.rows, at, own.kernels, shapes, phase, c, own.middle, own.lines);
          at += map.cells() * width;
        }
      }
    }

    /** Adds to the result's planes, whose rows are along the output channels. */
    void multiply() {
      for (int p = 0; p < maps.planes; p++) {
        Simd.GEMM.multiply(
            sizes.batch(),
            out,
            rows(p),
            scratch.images[p],
            inImages(p),
            1,
            scratch.ofImages.whole().width(),
            own.kernels[p],
            0,
            width,
            turned[p],
            scratch.ofTurned.at(panel, 0),
            width,
            firstChannel + first > 0);
      }
    }

    /** Adds to the images' gradient, that of the first panel being the first. */
    void multiplyBack() {
      int samples = scratch.ofResults.width();
      for (int p = 0; p < maps.planes; p++) {
        Simd.GEMM.multiply(
            rows(p),
            sizes.batch(),
            out,
            own.kernels[p],
            0,
            width,
            1,
            scratch.results[p],
            scratch.ofResults.at(0, panel * width),
            samples,
            own.images[p],
            0,
            samples,
            panel > 0);
      }
    }

    /** The planes of the weights' gradient, in place of those of the weights. */
    void makeGradient() {
      for (int p = 0; p < maps.planes; p++) {
        Simd.GEMM.multiply(
            rows(p),
            out,
            sizes.batch(),
            scratch.images[p],
            inImages(p),
            scratch.ofImages.whole().width(),
            1,
            turned[p],
            scratch.ofTurned.at(panel, 0),
            width,
            own.kernels[p],
            0,
            width,
            false);
      }
    }

    void write(INDArray gradient) {
      int stride = count * sizes.taps();
      for (int c = 0; c < count; c++) {
        int at = 0;
        for (int phase = 0; phase < maps.kernels.size(); phase++) {
          PlaneMap map = maps.kernels.get(phase);
          map.applyBack(own.kernels, shapes, phase, c, own.rows, at, own.middle, own.lines);
          at += map.cells() * width;
        }
        Rows.scatter(own.rows, width, maps.taps, own.moved, c * sizes.taps(), stride, out);
      }
      int next = sizes.in() * sizes.taps();
      Floats.writeRows(gradient, kernelAt(), next, out, stride, own.moved, 0, stride);
    }

    /** The images' gradient takes the place of the images, which are no longer needed. */
    void moveImages() {
      for (int p = 0; p < maps.planes; p++) {
        int numbers = rows(p) * scratch.ofImages.whole().width();
        System.arraycopy(own.images[p], 0, scratch.images[p], inImages(p), numbers);
      }
    }
  }
}
