package org.capsnet.model.block;

import java.util.ArrayList;
import java.util.List;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Activation;
import org.capsnet.nn.BatchNorm2d;
import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.ConvTranspose2d;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;

/**
 * From the poses of a grid of capsules up to the size of the image, by transposed convolutions, one
 * a step: each makes a square of its stride out of a place, and what reaches beyond the size wanted
 * is cut off below and right, so that any size comes out. With skip connections a step is merged
 * with the features of its size by a convolution (Ronneberger et al. 2015); without, a rectifier
 * follows it. A 1×1 convolution ends it.
 *
 * <p>Children: {@code up0, up1, ..}, with skip connections {@code merge0, merge1, ..}, and {@code
 * head}.
 */
public final class GridDecoder extends Block<GridDecoder.Input, Variable> {

  /** The side of the kernels that merge a map with the one below it. */
  private static final int MERGE = 3;

  private final List<Step> steps;
  private final boolean skips;
  private final List<ConvTranspose2d> ups = new ArrayList<>();
  private final List<Chain<Variable, Variable>> merges = new ArrayList<>();
  private final Conv2d head;

  /**
   * A step from one grid up to a finer one, that of a feature map.
   *
   * @param map the shape of the map, {@code [channels, height, width]}
   * @param stride how many rows and columns a place below becomes
   */
  public record Step(Shape map, int stride) {}

  /**
   * What is decoded.
   *
   * @param poses {@code [batch, types · dim, gridHeight, gridWidth]}
   * @param maps the features, the last being the deepest; not looked at without skip connections
   */
  public record Input(Variable poses, List<Variable> maps) {}

  /**
   * A decoder.
   *
   * @param in the shape of the poses, {@code [types · dim, gridHeight, gridWidth]}
   * @param steps up to the size of the image, from the coarsest map
   * @param skips whether maps are merged in
   * @param channels that come out
   * @param init the source of the weights
   * @throws IllegalArgumentException if a step does not reach the size of its map
   */
  public GridDecoder(Shape in, List<Step> steps, boolean skips, int channels, Init init) {
    super(in, last(in, steps, channels));
    this.steps = List.copyOf(steps);
    this.skips = skips;
    Shape at = in;
    for (Step step : steps) {
      int k = ups.size();
      ups.add(child("up" + k, up(at, step, init)));
      at = step.map();
      requireReached(ups.get(k).output(), at);
      if (skips) {
        merges.add(child("merge" + k, merge(at, init)));
      }
    }
    head = child("head", new Conv2d(at, channels, 1, Conv2dSpec.UNIT, Initializer.HE_NORMAL, init));
  }

  private static Shape last(Shape in, List<Step> steps, int channels) {
    Shape map = steps.isEmpty() ? in : steps.get(steps.size() - 1).map();
    return Shape.of(channels, map.size(1), map.size(2));
  }

  private static void requireReached(Shape up, Shape map) {
    if (up.size(1) < map.size(1) || up.size(2) < map.size(2)) {
      throw new IllegalArgumentException(
          ("grid decoder: a map of %s cannot be reached from below, which comes to %s; pad the"
                  + " convolutions by half their kernels")
              .formatted(map, up));
    }
  }

  private static ConvTranspose2d up(Shape in, Step step, Init init) {
    Conv2dSpec spec = Conv2dSpec.UNIT.withStride(step.stride());
    // The squares do not overlap: each number that comes out is a sum over the channels alone.
    long area = (long) step.stride() * step.stride();
    Initializer ofChannels =
        (fanIn, fanOut, source) ->
            Initializer.HE_NORMAL.weights(fanIn / area, fanOut / area, source);
    return new ConvTranspose2d(in, step.map().size(0), step.stride(), spec, 0, ofChannels, init);
  }

  /** Of two maps of a shape, joined, one of it. */
  private static Chain<Variable, Variable> merge(Shape map, Init init) {
    Conv2dSpec spec = Conv2dSpec.UNIT.withPadding(MERGE / 2);
    return Chain.of(Shape.of(2 * map.size(0), map.size(1), map.size(2)))
        .then(in -> new Conv2d(in, map.size(0), MERGE, spec, Initializer.HE_NORMAL, init))
        .then(in -> new BatchNorm2d(in, init))
        .then(Activation::relu);
  }

  /**
   * Decodes.
   *
   * @param in poses, and features to merge
   * @return {@code [batch, channels, height, width]}
   */
  @Override
  public Variable forward(Input in) {
    Variable at = in.poses();
    List<Variable> maps = in.maps();
    for (int k = 0; k < ups.size(); k++) {
      Shape map = steps.get(k).map();
      Variable up = cropped(ups.get(k).forward(at), map.size(1), map.size(2));
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

  /**
   * With skip connections two maps are put together, and their gradients taken apart: that of the
   * map is added to the one that it has already, and that of the decoded one is moved together.
   * Without, a rectifier and its gradient. Of what is cut off to the size of a map the gradient is
   * whole again.
   */
  @Override
  protected Cost cost(Setting setting) {
    Cost cost = Cost.NONE;
    for (int k = 0; k < ups.size(); k++) {
      Shape map = steps.get(k).map();
      Shape up = ups.get(k).output();
      cost = cost.forward(skips ? 2 : 1, map.sizes()).backward(1, map.sizes());
      cost =
          skips && up.equals(map)
              ? cost.backward(1, map.sizes())
              : cost.plus(cropping(up, map.size(1), map.size(2)));
    }
    return cost;
  }

  /**
   * The gradients of what is cropped below and then right: whole again, with zeros.
   *
   * @param whole the shape of what is cropped, height and width last
   * @param height that is left
   * @param width that is left
   * @return the cost; nothing if nothing is cut off
   */
  public static Cost cropping(Shape whole, long height, long width) {
    long[] sizes = whole.sizes();
    int rows = sizes.length - 2;
    int columns = sizes.length - 1;
    Cost below = Cost.NONE.backward(sizes[rows] == height ? 0 : 1, sizes);
    sizes[rows] = height;
    return below.backward(sizes[columns] == width ? 0 : 1, sizes);
  }
}
