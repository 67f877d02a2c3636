package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution in groups: the channels of the images and of the result are cut into as many parts,
 * and each part of the result is a convolution of one part of the images. A part of a unit, which
 * is a sample or a few that lie side by side, is a worker's at a time, and stays in its cache where
 * it is not large.
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

  /** What one thread works in, for a part of a unit. */
  private static final class Scratch {
    /** As it lies outside, of the images or of the result, of one sample. */
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

    /** The same, {@code [places, out]} with room for whole vectors. */
    final float[] turned;

    Scratch(ConvolutionSizes s) {
      GroupedLayout layout = new GroupedLayout(s);
      planar = new float[Math.max(s.in() * s.pixels(), s.out() * s.outputs())];
      rectified = new float[s.out() * s.outputs()];
      image = new float[s.in() * layout.plane];
      imageGradient = new float[image.length];
      result = new float[s.out() * layout.row];
      gradient = new float[result.length];
      turned = new float[layout.places(layout.samples) * Gemm.padded(s.out())];
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
    return (int) Math.max(1, Math.min(Math.min(PARTS, GroupedLayout.units(ofGroup)), most));
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
    float[] w = byTaps(weights, false);
    float[] bias = finish.bias(groups * sizes.out());
    forOwn(
        Math.multiplyExact(GroupedLayout.units(sizes), groups),
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
    readImages(images, item, own);
    int first = item % groups * sizes.out();
    int samples = layout.samplesOf(item / groups);
    for (int o = 0; o < sizes.out(); o++) {
      Arrays.fill(own.result, o * layout.row, (o + 1) * layout.row, bias[first + o]);
    }
    for (int tap = 0; tap < sizes.taps(); tap++) {
      Simd.GEMM.multiply(
          sizes.out(),
          layout.places(samples),
          sizes.in(),
          w,
          weight(item % groups) + tap * sizes.out() * sizes.in(),
          sizes.in(),
          1,
          own.image,
          layout.seenBy(tap),
          layout.plane,
          own.result,
          0,
          layout.row,
          true);
    }
    int numbers = sizes.out() * sizes.outputs();
    for (int s = 0; s < samples; s++) {
      layout.toResult(own.result, s, own.planar);
      for (int o = 0; o < sizes.out(); o++) {
        finish.applyToBiased(first + o, own.planar, o * sizes.outputs(), (o + 1) * sizes.outputs());
      }
      Floats.write(result, part(item, s) * numbers, own.planar, 0, numbers);
    }
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
    float[] w = imageGradient == null ? null : byTaps(weights, true);
    if (weightGradient == null && biasGradient == null) {
      forOwn(
          Math.multiplyExact(GroupedLayout.units(sizes), groups),
          (own, item) -> {
            readGradients(upstream, rectified, item, own, null, 0);
            writeImages(own, w, item, imageGradient);
          });
    } else {
      addUp(images, w, upstream, rectified, imageGradient, weightGradient, biasGradient);
    }
    if (w != null) {
      NUMBERS.give(w.length, w);
    }
  }

  private void forOwn(int items, Pool.Work<Scratch> work) {
    SCRATCH.forItems(items, 1, sizes, () -> new Scratch(sizes), work);
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
          int last = firstUnit(part + 1, parts);
          for (int unit = firstUnit(part, parts); unit < last; unit++) {
            int at = unit * groups + item % groups;
            readGradients(upstream, rectified, at, own, sums, item * length);
            if (weightGradient != null) {
              readImages(images, at, own);
              addWeights(own, layout.samplesOf(unit), sums, item * length);
            }
            if (imageGradient != null) {
              writeImages(own, w, at, imageGradient);
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

  private int firstUnit(int part, int parts) {
    return (int) ((long) GroupedLayout.units(sizes) * part / parts);
  }

  /** Of a sample of an item, which is a unit and a group: where the part is among all. */
  private long part(int item, int s) {
    return ((long) item / groups * layout.samples + s) * groups + item % groups;
  }

  /** For each tap, {@code [in, out]} with room for whole vectors. */
  private void addWeights(Scratch own, int samples, float[] sums, int from) {
    int width = Gemm.padded(sizes.out());
    int places = layout.places(samples);
    for (int block = 0; block < ChannelLanes.blocks(sizes.out()); block++) {
      ChannelLanes.turn(
          own.gradient,
          block * LANES * layout.row,
          layout.row,
          ChannelLanes.channels(block, sizes.out()),
          places,
          own.turned,
          block * LANES,
          width);
    }
    for (int tap = 0; tap < sizes.taps(); tap++) {
      Simd.GEMM.multiply(
          sizes.in(),
          sizes.out(),
          places,
          own.image,
          layout.seenBy(tap),
          layout.plane,
          1,
          own.turned,
          0,
          width,
          sums,
          from + tap * sizes.in() * width,
          width,
          true);
    }
  }

  private void writeImages(Scratch own, float[] w, int item, INDArray to) {
    int samples = layout.samplesOf(item / groups);
    Arrays.fill(own.imageGradient, 0);
    for (int tap = 0; tap < sizes.taps(); tap++) {
      Simd.GEMM.multiply(
          sizes.in(),
          layout.places(samples),
          sizes.out(),
          w,
          weight(item % groups) + tap * sizes.in() * sizes.out(),
          sizes.out(),
          1,
          own.gradient,
          0,
          layout.row,
          own.imageGradient,
          layout.seenBy(tap),
          layout.plane,
          true);
    }
    int numbers = sizes.in() * sizes.pixels();
    for (int s = 0; s < samples; s++) {
      layout.toImage(own.imageGradient, s, own.planar);
      Floats.write(to, part(item, s) * numbers, own.planar, 0, numbers);
    }
  }

  private void write(float[] sums, int group, INDArray weightGradient, INDArray biasGradient) {
    int from = group * sums(sizes);
    if (weightGradient != null) {
      float[] planar = new float[sizes.out() * sizes.in() * sizes.taps()];
      int width = Gemm.padded(sizes.out());
      int next = 0;
      for (int o = 0; o < sizes.out(); o++) {
        for (int c = 0; c < sizes.in(); c++) {
          for (int tap = 0; tap < sizes.taps(); tap++) {
            planar[next++] = sums[from + (tap * sizes.in() + c) * width + o];
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

  /**
   * Of each group, for each tap {@code [out, in]}, or {@code [in, out]} where that is asked for.
   */
  private float[] byTaps(INDArray weights, boolean transposed) {
    int of = sizes.out() * sizes.in() * sizes.taps();
    float[] w = NUMBERS.take(groups * of, () -> new float[groups * of]);
    int output = transposed ? 1 : sizes.in();
    int input = transposed ? sizes.out() : 1;
    Parallel.forItems(
        groups * sizes.out(),
        LANES,
        (worker, first, last) -> {
          float[] filter = new float[sizes.in() * sizes.taps()];
          for (int o = first; o < last; o++) {
            Floats.read(weights, (long) o * filter.length, filter, 0, filter.length);
            int to = weight(o / sizes.out()) + o % sizes.out() * output;
            for (int tap = 0; tap < sizes.taps(); tap++, to += sizes.out() * sizes.in()) {
              for (int c = 0; c < sizes.in(); c++) {
                w[to + c * input] = filter[c * sizes.taps() + tap];
              }
            }
          }
        });
    return w;
  }

  /** Where the weights of a group begin. */
  private int weight(int group) {
    return group * sizes.out() * sizes.in() * sizes.taps();
  }

  private void readImages(INDArray images, int item, Scratch own) {
    int numbers = sizes.in() * sizes.pixels();
    for (int s = 0; s < layout.samplesOf(item / groups); s++) {
      Floats.read(images, part(item, s) * numbers, own.planar, 0, numbers);
      layout.ofImage(own.planar, s, own.image);
    }
  }

  /**
   * The gradients of an item before the rectifier.
   *
   * @param sums to which those of all places are added, behind those of the weights; null for none
   * @param from where the sums of the item's group begin
   */
  private void readGradients(
      INDArray upstream, INDArray rectified, int item, Scratch own, float[] sums, int from) {
    int numbers = sizes.out() * sizes.outputs();
    for (int s = 0; s < layout.samplesOf(item / groups); s++) {
      long at = part(item, s) * numbers;
      Floats.read(upstream, at, own.planar, 0, numbers);
      if (rectified != null) {
        Floats.read(rectified, at, own.rectified, 0, numbers);
        Loops.gate(own.rectified, own.planar, numbers);
      }
      layout.ofResult(own.planar, s, own.gradient);
      int bias = from + weightSums(sizes);
      for (int o = 0; sums != null && o < sizes.out(); o++) {
        sums[bias + o] += (float) Simd.SUMS.sum(own.planar, o * sizes.outputs(), sizes.outputs());
      }
    }
  }
}
