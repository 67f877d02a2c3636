package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution in groups: the channels of the images and of the result are cut into as many parts,
 * and each part of the result is a convolution of one part of the images. A sample's part is a
 * worker's at a time, and stays in its cache where it is not large.
 *
 * <p>It is a sum over the taps of the kernel, each a product of its weights, {@code [out, in]},
 * with what it sees. Nothing is copied for a tap: where the images are laid out once, with their
 * padding and by a stride's phases, what it sees of a channel is a row that begins at its place.
 * Such a row goes on over what lies between the rows of the result, whose sums there are dropped
 * and whose gradients there are 0. The gradients take the same way: that of the images adds
 * products to the same rows, and that of the weights is a product of these rows with the result's
 * gradient.
 *
 * <p>A number of the images that is NaN or infinite may make NaN of all gradients of its part's
 * weights, and such a weight of all gradients of its part's images.
 */
public final class GroupedConvolution implements ConvolutionGradients {

  private static final int LANES = Gemm.LANES;

  /**
   * The most parts of a batch, each with a sum of its own that are added in order: so a gradient is
   * the same by any number of threads.
   */
  private static final int PARTS = 16;

  /** The most numbers of all these sums. */
  private static final long SUMS = 1L << 24;

  /**
   * The most input times output channels of a group that plain loops pay for: 16 to 8 take half the
   * time of ND4J's way, 16 to 64 a fifth more.
   */
  private static final int NARROW = 256;

  private static final Pool<ConvolutionSizes, Scratch> SCRATCH = new Pool<>();

  /** Of weights, and of sums of their gradients. */
  private static final Pool<Integer, float[]> NUMBERS = new Pool<>();

  private final ConvolutionSizes sizes;
  private final int groups;
  private final GroupedLayout layout;

  /** What one thread works in, for a part of a sample. */
  private static final class Scratch {
    /** As it lies outside, of the images or of the result. */
    final float[] planar;

    /** A result that was rectified. */
    final float[] rectified;

    /** {@code [in, plane]}; the padding stays zero. */
    final float[] image;

    final float[] imageGradient;

    /** {@code [out, row]}. */
    final float[] result;

    /** The same of its gradient; what is between the rows of the image stays zero. */
    final float[] gradient;

    /** Of a block of its channels, {@code [places, LANES]}. */
    final float[] turned;

    Scratch(ConvolutionSizes s) {
      GroupedLayout layout = new GroupedLayout(s);
      planar = new float[Math.max(s.in() * s.pixels(), s.out() * s.outputs())];
      rectified = new float[s.out() * s.outputs()];
      image = new float[s.in() * layout.plane];
      imageGradient = new float[image.length];
      result = new float[s.out() * layout.row];
      gradient = new float[result.length];
      turned = new float[layout.places * LANES];
    }
  }

  /**
   * For given sizes.
   *
   * @param ofGroup the sizes of one group
   * @param groups their number
   */
  public GroupedConvolution(ConvolutionSizes ofGroup, int groups) {
    this.sizes = ofGroup;
    this.groups = groups;
    layout = new GroupedLayout(ofGroup);
  }

  /**
   * Whether this is the fast way, with no more memory than there may be: without the Vector API for
   * narrow groups alone.
   *
   * @param ofGroup the sizes of one group
   * @param groups their number
   * @return whether to prefer it to ND4J's products of columns
   */
  public static boolean pays(ConvolutionSizes ofGroup, int groups) {
    return (Simd.available() || (long) ofGroup.in() * ofGroup.out() <= NARROW)
        && ConvolutionScratch.holdsGroups(ofGroup, groups);
  }

  /** The numbers of the sums of a group's gradients, those of the bias behind the weights'. */
  static int sums(ConvolutionSizes ofGroup) {
    return weightSums(ofGroup) + ChannelLanes.blocks(ofGroup.out()) * LANES;
  }

  private static int weightSums(ConvolutionSizes s) {
    return ChannelLanes.blocks(s.out()) * s.taps() * s.in() * LANES;
  }

  /** How many parts a batch has. */
  static int parts(ConvolutionSizes ofGroup, int groups) {
    long most = SUMS / ((long) groups * sums(ofGroup));
    return (int) Math.max(1, Math.min(Math.min(PARTS, ofGroup.batch()), most));
  }

  /**
   * The convolution.
   *
   * @param images dense float {@code [batch, groups · in, height, width]}
   * @param weights dense float {@code [groups · out, in, kernelH, kernelW]}
   * @param finish what follows
   * @param result dense float {@code [batch, groups · out, outputHeight, outputWidth]}, overwritten
   */
  public void forward(INDArray images, INDArray weights, ChannelFinish finish, INDArray result) {
    float[] w = read(weights);
    float[] bias = finish.bias(groups * sizes.out());
    forOwn(
        Math.multiplyExact(sizes.batch(), groups),
        (own, item) -> forward(own, images, item, w, bias, finish, result));
    NUMBERS.give(w.length, w);
  }

  private void forward(
      Scratch own,
      INDArray images,
      int item,
      float[] w,
      float[] bias,
      ChannelFinish finish,
      INDArray result) {
    readImage(images, item, own);
    int first = item % groups * sizes.out();
    for (int o = 0; o < sizes.out(); o++) {
      Arrays.fill(own.result, o * layout.row, (o + 1) * layout.row, bias[first + o]);
    }
    for (int tap = 0; tap < sizes.taps(); tap++) {
      Simd.GEMM.multiply(
          sizes.out(),
          layout.places,
          sizes.in(),
          w,
          weight(item % groups) + tap,
          sizes.in() * sizes.taps(),
          sizes.taps(),
          own.image,
          layout.seenBy(tap),
          layout.plane,
          own.result,
          0,
          layout.row,
          true);
    }
    layout.toResult(own.result, own.planar);
    for (int o = 0; o < sizes.out(); o++) {
      finish.applyToBiased(first + o, own.planar, o * sizes.outputs(), (o + 1) * sizes.outputs());
    }
    int numbers = sizes.out() * sizes.outputs();
    Floats.write(result, (long) item * numbers, own.planar, 0, numbers);
  }

  @Override
  public void backward(
      INDArray images,
      INDArray weights,
      INDArray upstream,
      INDArray rectified,
      INDArray imageGradient,
      INDArray weightGradient,
      INDArray biasGradient) {
    float[] w = imageGradient == null ? null : read(weights);
    if (weightGradient == null && biasGradient == null) {
      forOwn(
          Math.multiplyExact(sizes.batch(), groups),
          (own, item) -> {
            readGradient(upstream, rectified, item, own);
            writeImage(own, w, item, imageGradient);
          });
    } else {
      addUp(images, w, upstream, rectified, imageGradient, weightGradient, biasGradient);
    }
    if (w != null) {
      NUMBERS.give(w.length, w);
    }
  }

  private interface Work {
    void run(Scratch own, int item);
  }

  /** Items in any order. */
  private void forOwn(int items, Work work) {
    Parallel.forItems(
        items,
        1,
        (worker, from, to) -> {
          Scratch own = SCRATCH.take(sizes, () -> new Scratch(sizes));
          for (int item = from; item < to; item++) {
            work.run(own, item);
          }
          SCRATCH.give(sizes, own);
        });
  }

  private void addUp(
      INDArray images,
      float[] w,
      INDArray upstream,
      INDArray rectified,
      INDArray imageGradient,
      INDArray weightGradient,
      INDArray biasGradient) {
    int parts = parts(sizes, groups);
    int length = sums(sizes);
    int all = groups * length;
    float[] sums = NUMBERS.take(parts * all, () -> new float[parts * all]);
    Arrays.fill(sums, 0);
    forOwn(
        parts * groups,
        (own, item) -> {
          int part = item / groups;
          int last = firstSample(part + 1, parts);
          for (int sample = firstSample(part, parts); sample < last; sample++) {
            int at = sample * groups + item % groups;
            readGradient(upstream, rectified, at, own);
            addBias(own, sums, item * length);
            if (weightGradient != null) {
              readImage(images, at, own);
              addWeights(own, sums, item * length);
            }
            if (imageGradient != null) {
              writeImage(own, w, at, imageGradient);
            }
          }
        });
    for (int part = 1; part < parts; part++) {
      for (int i = 0; i < all; i++) {
        sums[i] += sums[part * all + i];
      }
    }
    for (int group = 0; group < groups; group++) {
      write(sums, group, weightGradient, biasGradient);
    }
    NUMBERS.give(sums.length, sums);
  }

  private int firstSample(int part, int parts) {
    return (int) ((long) sizes.batch() * part / parts);
  }

  /** The sum of the gradients of all places, behind those of the weights. */
  private void addBias(Scratch own, float[] sums, int from) {
    int first = from + weightSums(sizes);
    for (int o = 0; o < sizes.out(); o++) {
      sums[first + o] += Loops.sum(own.planar, o * sizes.outputs(), sizes.outputs());
    }
  }

  /** For each block of output channels and tap, {@code [in, LANES]}. */
  private void addWeights(Scratch own, float[] sums, int from) {
    for (int block = 0; block < ChannelLanes.blocks(sizes.out()); block++) {
      int channels = ChannelLanes.channels(block, sizes.out());
      ChannelLanes.turn(
          own.gradient,
          block * LANES * layout.row,
          layout.row,
          channels,
          layout.places,
          own.turned,
          0);
      for (int tap = 0; tap < sizes.taps(); tap++) {
        Simd.GEMM.multiply(
            sizes.in(),
            channels,
            layout.places,
            own.image,
            layout.seenBy(tap),
            layout.plane,
            1,
            own.turned,
            0,
            LANES,
            sums,
            from + (block * sizes.taps() + tap) * sizes.in() * LANES,
            LANES,
            true);
      }
    }
  }

  private void writeImage(Scratch own, float[] w, int item, INDArray to) {
    Arrays.fill(own.imageGradient, 0);
    for (int tap = 0; tap < sizes.taps(); tap++) {
      Simd.GEMM.multiply(
          sizes.in(),
          layout.places,
          sizes.out(),
          w,
          weight(item % groups) + tap,
          sizes.taps(),
          sizes.in() * sizes.taps(),
          own.gradient,
          0,
          layout.row,
          own.imageGradient,
          layout.seenBy(tap),
          layout.plane,
          true);
    }
    layout.toImage(own.imageGradient, own.planar);
    int numbers = sizes.in() * sizes.pixels();
    Floats.write(to, (long) item * numbers, own.planar, 0, numbers);
  }

  private void write(float[] sums, int group, INDArray weightGradient, INDArray biasGradient) {
    int from = group * sums(sizes);
    if (weightGradient != null) {
      float[] planar = new float[sizes.out() * sizes.in() * sizes.taps()];
      int next = 0;
      for (int o = 0; o < sizes.out(); o++) {
        for (int c = 0; c < sizes.in(); c++) {
          for (int tap = 0; tap < sizes.taps(); tap++) {
            int row = (o / LANES * sizes.taps() + tap) * sizes.in() + c;
            planar[next++] = sums[from + row * LANES + o % LANES];
          }
        }
      }
      Floats.write(weightGradient, weight(group), planar, 0, next);
    }
    if (biasGradient != null) {
      int first = from + weightSums(sizes);
      Floats.write(biasGradient, (long) group * sizes.out(), sums, first, sizes.out());
    }
  }

  private static float[] read(INDArray weights) {
    int length = Math.toIntExact(weights.length());
    float[] w = NUMBERS.take(length, () -> new float[length]);
    Floats.read(weights, 0, w, 0, length);
    return w;
  }

  /** Where the weights of a group begin. */
  private int weight(int group) {
    return group * sizes.out() * sizes.in() * sizes.taps();
  }

  private void readImage(INDArray images, int item, Scratch own) {
    int numbers = sizes.in() * sizes.pixels();
    Floats.read(images, (long) item * numbers, own.planar, 0, numbers);
    layout.ofImage(own.planar, own.image);
  }

  /** A part's gradient before the rectifier, which is left planar too. */
  private void readGradient(INDArray upstream, INDArray rectified, int item, Scratch own) {
    int numbers = sizes.out() * sizes.outputs();
    Floats.read(upstream, (long) item * numbers, own.planar, 0, numbers);
    if (rectified != null) {
      Floats.read(rectified, (long) item * numbers, own.rectified, 0, numbers);
      Loops.gate(own.rectified, own.planar, numbers);
    }
    layout.ofResult(own.planar, own.gradient);
  }
}
