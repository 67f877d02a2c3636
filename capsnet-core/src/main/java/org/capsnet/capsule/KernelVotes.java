package org.capsnet.capsule;

import java.util.Map;
import java.util.stream.LongStream;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** What {@link ConvVotes} and {@link DeconvVotes} have in common. */
final class KernelVotes {

  static final String WEIGHT = "weight";

  private static final String[] GRID = {"types", "dim", "height", "width"};

  private KernelVotes() {}

  /** A convolution, or a transposed one, of images. */
  interface Convolving {
    Variable convolve(Variable images, Variable kernels, Conv2dSpec spec);
  }

  static Conv2dSpec requireOneGroup(Conv2dSpec spec) {
    if (spec.groups() != 1) {
      throw new IllegalArgumentException("groups: expected 1, got " + spec.groups());
    }
    return spec;
  }

  static void requireSettings(int kernel, Conv2dSpec spec, Sharing sharing) {
    requireOneGroup(spec);
    if (kernel < 1) {
      throw new IllegalArgumentException("kernel: expected at least 1, got " + kernel);
    }
    if (sharing == Sharing.NONE) {
      throw new IllegalArgumentException("sharing of kernels: expected TYPE or ALL, got NONE");
    }
  }

  /** The capsules that a convolution leaves of a grid. */
  static Shape convolved(Shape in, long out, long outDim, int kernel, Conv2dSpec spec) {
    in.require("capsules", GRID);
    return Shape.of(
        out, outDim, spec.outputHeight(in.size(2), kernel), spec.outputWidth(in.size(3), kernel));
  }

  static VotesShape shape(Shape in, Shape output) {
    return new VotesShape(in, Shape.of(in.size(0), in.size(1)), output);
  }

  /** The kernels: one for all types, or one for each of them. */
  static Map<String, InitialValue> parameters(
      VotesShape shape, Sharing sharing, Init init, long... kernels) {
    long area = kernels[2] * kernels[3];
    return Map.of(
        WEIGHT,
        init.draw(
            Initializer.HE_NORMAL,
            shape.inDim() * area,
            shape.out() * shape.dim() * area,
            sharing == Sharing.ALL ? kernels : each(shape.types(), kernels)));
  }

  /** A kernel for each type. */
  static long[] each(long types, long... kernel) {
    return LongStream.concat(LongStream.of(types), LongStream.of(kernel)).toArray();
  }

  /** Takes grids of any size. */
  static void require(VotesShape shape, Capsules grid) {
    Shapes.require(
        "capsules", grid.pose().value(), "batch", shape.in(), shape.inDim(), GRID[2], GRID[3]);
  }

  static CastVotes cast(
      Capsules grid, VotesShape shape, Variable weight, Conv2dSpec spec, Convolving convolving) {
    Variable all =
        weight.rank() == GRID.length
            ? convolving.convolve(byType(grid, grid.pose(), grid.dim()), weight, spec)
            : convolving.convolve(
                grid.features(),
                weight.reshape(-1, weight.size(2), weight.size(3), weight.size(4)),
                spec.withGroups(Math.toIntExact(grid.types())));
    long height = all.size(2);
    long width = all.size(3);
    return CastVotes.onGrid(
        all.reshape(grid.batch(), shape.in(), shape.out(), shape.dim(), height, width),
        () ->
            activation(grid, weight.size(weight.rank() - 1), spec, convolving)
                .reshape(grid.batch(), shape.in(), height, width));
  }

  /** The mean activation of the capsules that a kernel sees. */
  private static Variable activation(
      Capsules grid, long kernel, Conv2dSpec spec, Convolving convolving) {
    Variable ones = ones(grid, kernel, kernel);
    Variable seen = convolving.convolve(ones(grid, grid.grid()), ones, spec);
    // No capsule at all is seen at some positions where the stride is larger than the kernel.
    INDArray atLeastOne = Transforms.max(seen.value(), 1, true);
    return convolving
        .convolve(byType(grid, grid.activation(), 1), ones, spec)
        .dividedBy(Variable.constant(atLeastOne));
  }

  private static Variable byType(Capsules grid, Variable x, long channels) {
    return x.reshape(grid.batch() * grid.types(), channels, grid.grid()[0], grid.grid()[1]);
  }

  private static Variable ones(Capsules grid, long... area) {
    return Variable.constant(Nd4j.ones(grid.pose().dataType(), 1, 1, area[0], area[1]));
  }

  // ---------------------------------------------------------------- cost

  /** What a convolution of given shapes makes. */
  interface OfConvolution {
    Cost cost(Shape in, Shape out, int groups);
  }

  /** The types are samples where they share a kernel, and groups of channels where not. */
  static Cost cost(VotesShape shape, Sharing sharing, OfConvolution convolution) {
    long types = sharing == Sharing.ALL ? 1 : shape.types();
    Shape in = Shape.of(types * shape.inDim(), shape.input().size(2), shape.input().size(3));
    Shape out =
        Shape.of(types * shape.out() * shape.dim(), shape.output().size(2), shape.output().size(3));
    return convolution.cost(in, out, Math.toIntExact(types)).times(shape.types() / types);
  }

  static Cost onGrid(VotesShape shape, Cost convolution) {
    return convolution.backward(1, shape.in(), shape.out(), shape.dim(), shape.positions());
  }

  static Cost byPosition(VotesShape shape, Cost convolution) {
    return convolution
        .forward(1, shape.in(), shape.out(), shape.dim(), shape.positions())
        .backward(1, shape.in(), shape.out(), shape.dim(), shape.positions());
  }
}
