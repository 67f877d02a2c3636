package org.capsnet.model.block;

import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.nn.Activation;
import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads a box off the pose of each class capsule of a grid: for each class a hidden layer of its
 * own with a ReLU, and four numbers t out of it.
 *
 * <p>The centre is {@code (cell + 0.5 + reach · (σ(t) - 0.5)) / cells}, across and down, so that it
 * lies around the middle of its cell, and in it with a reach of 1. Width and height are {@code
 * σ(t)}. All are shares of the image.
 *
 * <p>Children: {@code layers.0} and {@code layers.2}, convolutions with one group a class.
 */
public final class BoxHead extends Block<Capsules, Variable> {

  /** The numbers of a box. */
  public static final int NUMBERS = 4;

  /**
   * He's variance for inputs that are of length 1 together, as poses are at most, whatever their
   * dimension. The poses of an untrained network are short, and so its boxes stand in the middle of
   * their cells and are of one size.
   */
  private static final Initializer OF_POSES = (in, out, random) -> Initializer.normal(random, 2);

  private static final Initializer OF_HIDDEN =
      (in, out, random) -> Initializer.normal(random, 1.0 / in);

  private final Chain<Variable, Variable> layers;
  private final long classes;
  private final double reach;

  /**
   * A head with random weights.
   *
   * @param in a type of capsules for each class, {@code [classes, dim, height, width]}
   * @param hidden the size of the hidden layer of each class
   * @param reach over how many cells the centre of a box may range, 1 for its own alone
   * @param initialSize the width and height of boxes before training, as a share of the image
   * @param init the source of the weights
   * @throws IllegalArgumentException if {@code reach} is not above 0, or {@code initialSize} is not
   *     above 0 and below 1
   */
  public BoxHead(Shape in, int hidden, double reach, double initialSize, Init init) {
    super(in, Shape.of(in.size(0), NUMBERS, in.size(2), in.size(3)));
    if (!(reach > 0)) {
      throw new IllegalArgumentException("reach: expected above 0, got " + reach);
    }
    if (!(initialSize > 0 && initialSize < 1)) {
      throw new IllegalArgumentException(
          "initial size: expected above 0 and below 1, got " + initialSize);
    }
    classes = in.size(0);
    this.reach = reach;
    Conv2dSpec groups = Conv2dSpec.UNIT.withGroups(Math.toIntExact(classes));
    layers =
        child(
            "layers",
            Chain.of(Shape.of(classes * in.size(1), in.size(2), in.size(3)))
                .then(poses -> new Conv2d(poses, classes * hidden, 1, groups, OF_POSES, init))
                .then(Activation::relu)
                .then(at -> new Conv2d(at, classes * NUMBERS, 1, groups, OF_HIDDEN, init)));
    if (!init.isShapesOnly()) {
      INDArray bias = layers.parameters().get("2.bias").value();
      setSize(bias, Math.log(initialSize / (1 - initialSize)));
    }
  }

  private static void setSize(INDArray bias, double logit) {
    for (long i = 0; i < bias.length(); i++) {
      bias.putScalar(i, i % NUMBERS < NUMBERS / 2 ? 0 : logit);
    }
  }

  /**
   * Reads boxes.
   *
   * @param capsules a type for each class, poses {@code [batch, classes, dim, height, width]}
   * @return centre x, centre y, width, height, {@code [batch, classes, 4, height, width]}
   */
  @Override
  public Variable forward(Capsules capsules) {
    long batch = capsules.batch();
    long rows = capsules.grid()[0];
    long columns = capsules.grid()[1];
    Variable share =
        layers
            .forward(capsules.features())
            .reshape(batch, classes, NUMBERS, rows, columns)
            .sigmoid();
    DataType type = share.dataType();
    return Variable.concat(
        2,
        share
            .slice(2, 0, 1)
            .times(reach / columns)
            .plus(Variable.constant(starts(columns, type).reshape(1, 1, 1, 1, columns))),
        share
            .slice(2, 1, 2)
            .times(reach / rows)
            .plus(Variable.constant(starts(rows, type).reshape(1, 1, 1, rows, 1))),
        share.slice(2, 2, NUMBERS));
  }

  /** Where the range of the centres of each of n cells begins. */
  private INDArray starts(long n, DataType type) {
    double[] starts = new double[(int) n];
    for (int i = 0; i < n; i++) {
      starts[i] = (i + 0.5 - reach / 2) / n;
    }
    return Nd4j.createFromArray(starts).castTo(type);
  }

  /**
   * The logistic function; of the two numbers of the centre the product with the reach, and the
   * start added; all put together. Then the gradients: each of the three parts is one of the whole.
   */
  @Override
  protected Cost cost(Setting setting) {
    long[] all = output().sizes();
    long centre = output().numbers() / 2;
    return Cost.NONE.forward(2, all).forward(2, centre).backward(6, all).backward(1, centre);
  }
}
