package org.capsnet.model;

import java.util.ArrayList;
import java.util.List;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.model.MedicalCapsNetArchitecture.Step;
import org.capsnet.nn.Activation;
import org.capsnet.nn.BatchNorm2d;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.ConvTranspose2d;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Module;
import org.capsnet.nn.Shape;

/**
 * From the poses of a grid of capsules up to the size of the image, by transposed convolutions, one
 * a step: each makes a square of its stride out of a place, and what reaches beyond the size wanted
 * is cut off below and right, so that any size comes out. With skip connections a step is merged
 * with the features of its size by a convolution (Ronneberger et al. 2015); without, a ReLU follows
 * it. A 1×1 convolution ends it.
 *
 * <p>Children: {@code up0, up1, ..}, with skip connections {@code merge0, merge1, ..}, and {@code
 * head}.
 */
final class GridDecoder extends Module {

  private final List<Step> steps;
  private final boolean skips;
  private final List<ConvTranspose2d> ups = new ArrayList<>();
  private final List<Chain<Variable, Variable>> merges = new ArrayList<>();
  private final Conv2d head;

  /**
   * A decoder with random weights.
   *
   * @param in the poses, {@code [types · dim, gridHeight, gridWidth]}
   * @param steps up to the size of the image
   * @param skips whether maps are merged in
   * @param channels that come out
   * @param init the source of the weights
   */
  GridDecoder(Shape in, List<Step> steps, boolean skips, int channels, Init init) {
    this.steps = List.copyOf(steps);
    this.skips = skips;
    Shape at = in;
    for (Step step : steps) {
      int k = ups.size();
      ups.add(child("up" + k, up(at, step, init)));
      at = Shape.of(step.out(), step.height(), step.width());
      if (skips) {
        merges.add(child("merge" + k, merge(at, init)));
      }
    }
    head = child("head", new Conv2d(at, channels, 1, Conv2dSpec.UNIT, Initializer.HE_NORMAL, init));
  }

  private static ConvTranspose2d up(Shape in, Step step, Init init) {
    Conv2dSpec spec = Conv2dSpec.UNIT.withStride(step.stride());
    // The squares do not overlap: each number that comes out is a sum over the channels alone.
    long area = (long) step.stride() * step.stride();
    Initializer ofChannels =
        (fanIn, fanOut, source) ->
            Initializer.HE_NORMAL.weights(fanIn / area, fanOut / area, source);
    return new ConvTranspose2d(in, step.out(), step.stride(), spec, 0, ofChannels, init);
  }

  /** Of two maps of a shape, joined, one of it. */
  private static Chain<Variable, Variable> merge(Shape map, Init init) {
    int kernel = MedicalCapsNetArchitecture.MERGE;
    Conv2dSpec spec = Conv2dSpec.UNIT.withPadding(kernel / 2);
    return Chain.of(Shape.of(2 * map.size(0), map.size(1), map.size(2)))
        .then(in -> new Conv2d(in, map.size(0), kernel, spec, Initializer.HE_NORMAL, init))
        .then(in -> new BatchNorm2d(in, init))
        .then(Activation::relu);
  }

  /**
   * Decodes.
   *
   * @param poses {@code [batch, types · dim, gridHeight, gridWidth]}
   * @param maps the features, the last being the deepest; not looked at without skip connections
   * @return {@code [batch, channels, height, width]}
   */
  Variable forward(Variable poses, List<Variable> maps) {
    Variable at = poses;
    for (int k = 0; k < ups.size(); k++) {
      Step step = steps.get(k);
      Variable up = cropped(ups.get(k).forward(at), step.height(), step.width());
      at =
          skips
              ? merges.get(k).forward(Variable.concat(1, up, maps.get(maps.size() - 1 - k)))
              : up.relu();
    }
    return head.forward(at);
  }

  private static Variable cropped(Variable x, long height, long width) {
    Variable rows = x.size(2) == height ? x : x.slice(2, 0, height);
    return x.size(3) == width ? rows : rows.slice(3, 0, width);
  }
}
