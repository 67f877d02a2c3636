package org.capsnet.capsule;

import java.util.Arrays;
import org.capsnet.autograd.Dropouts;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Block;
import org.capsnet.nn.Buffer;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Dropout of whole types of capsules, in training alone: of a sample all poses of a type become 0,
 * or those that stay are raised in their place, so that no type relies on another (DropCircuit,
 * Phan et al. 2018). A type that is left out is active nowhere, for routings that go by
 * activations; those of the others stay as they are. Buffer: {@code counter [1]}, the number of
 * masks drawn so far, as {@link org.capsnet.nn.Dropout} has it.
 */
public final class CapsuleDropout extends Block<Capsules, Capsules> {

  private final double rate;
  private final long seed;
  private final Buffer counter;

  /**
   * Makes a layer.
   *
   * @param in {@code [types, dim, grid..]}
   * @param rate the probability of a type to become 0, from 0 to below 1
   * @param seed whose masks to draw; a different one for each layer of a model
   * @param init whether there are to be numbers
   */
  public CapsuleDropout(Shape in, double rate, long seed, Init init) {
    super(in, in);
    this.rate = rate;
    this.seed = seed;
    counter = buffer("counter", init.constant(0, DataType.INT64, 1));
  }

  @Override
  public Capsules forward(Capsules all) {
    if (!training() || rate == 0) {
      return all;
    }
    long drawn = counter.value().getLong(0);
    counter.value().addi(1);
    long[] shape = all.pose().shape().clone();
    Arrays.fill(shape, 2, shape.length, 1);
    Variable ones = Variable.constant(Nd4j.ones(all.pose().dataType(), shape));
    Variable kept = Dropouts.dropout(ones, rate, seed, drawn);
    long[] grid = all.activation().shape().clone();
    Arrays.fill(grid, 2, grid.length, 1);
    INDArray there = kept.value().gt(0).castTo(kept.dataType()).reshape('c', grid);
    return new Capsules(all.pose().times(kept), all.activation().times(Variable.constant(there)));
  }

  /**
   * In training, if types are dropped: ones and masks, the capsules kept, and their gradients, of
   * activations if they are read.
   */
  @Override
  protected Cost cost(Setting setting) {
    return rate == 0
        ? Cost.NONE
        : Cost.NONE
            .backward(2, output().sizes())
            .backward(setting.activationGradient() ? 2 : 1, activations())
            .backward(4, output().size(0));
  }

  @Override
  public long activations() {
    return output().numbers() / output().size(1);
  }
}
