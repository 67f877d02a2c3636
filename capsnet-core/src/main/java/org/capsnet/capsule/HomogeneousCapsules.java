package org.capsnet.capsule;

import org.capsnet.autograd.Normalization;
import org.capsnet.autograd.Normalization.Normalized;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Block;
import org.capsnet.nn.Buffer;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.Parameter;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Homogeneous vector capsules (Byerly et al. 2021): capsules without routing. Each output capsule
 * is the sum of its votes, which are made element by element by {@link ElementVotes}, normalized
 * over the batch and rectified, {@code v_j = relu(norm(Σ_i w_ij ⊙ u_i))}; there is no squash. A
 * layer of them is far cheaper than one with matrices and a routing, and suits deep convolutional
 * networks.
 *
 * <p>The normalization has one mean and variance for each element, over batch and output capsules,
 * a shift and no scale; ε is 1e-3, and the running statistics move by 0.0003 a step, the variance
 * without Bessel's correction. The score of a class is the length of its capsule, as in the
 * authors' code (whether the paper has the sum of its numbers was not checked), which has no bound:
 * the activation is the softmax of these over output capsules, so that its negative logarithm is
 * the paper's cross-entropy.
 *
 * <p>Parameters: {@code weight [in, out, dim]} and {@code bias [dim]}; buffers {@code running_mean}
 * and {@code running_var}, {@code [dim]}.
 */
public final class HomogeneousCapsules extends Block<Capsules, Capsules> {

  private static final double EPSILON = 1e-3;
  private static final double MOMENTUM = 3e-4;
  private static final String WEIGHT = "weight";
  private static final String VARIANCE = "running_var";

  private final ElementVotes votes = new ElementVotes();
  private final VotesShape shape;
  private final Parameter weight;
  private final Parameter bias;
  private final Buffer runningMean;
  private final Buffer runningVariance;

  /**
   * Makes a layer.
   *
   * @param in {@code [types, dim, grid..]}: the capsules of all positions vote
   * @param out the number of output capsules, which have the dimension of the input capsules
   * @param init the source of the weights
   */
  public HomogeneousCapsules(Shape in, long out, Init init) {
    super(in, Shape.of(out, in.size(1)));
    shape = votes.shape(in, out, in.size(1));
    weight = weight(WEIGHT, votes.parameters(shape, init).get(WEIGHT));
    bias = bias("bias", init.constant(0, shape.dim()));
    runningMean = buffer("running_mean", init.constant(0, shape.dim()));
    runningVariance = buffer(VARIANCE, init.constant(1, shape.dim()));
  }

  @Override
  public Capsules forward(Capsules in) {
    votes.require(shape, in);
    Shapes.requireType("capsules", in.pose().value(), weight.value().dataType());
    Variable u = in.flat().pose();
    // The elements are the channels that are normalized.
    Variable s = Variable.einsum("bid,ijd->bdj", u, weight.variable());
    Variable v = normalized(s).permute(0, 2, 1).relu();
    return new Capsules(v, v.norm(false, Capsules.EPSILON, 2).softmax(1));
  }

  private Variable normalized(Variable s) {
    Variable one = Variable.constant(Nd4j.ones(s.dataType(), s.size(1)));
    INDArray mean = runningMean.value();
    INDArray variance = runningVariance.value();
    if (!training()) {
      return Normalization.batchNorm(s, one, bias.variable(), mean, variance, EPSILON);
    }
    Normalized made = Normalization.batchNorm(s, one, bias.variable(), EPSILON);
    mean.muli(1 - MOMENTUM).addi(made.mean().mul(MOMENTUM));
    variance.muli(1 - MOMENTUM).addi(made.variance().mul(MOMENTUM));
    return made.output();
  }

  @Override
  protected void requireBuffer(String name, INDArray value) {
    if (name.equals(VARIANCE) && value.minNumber().doubleValue() < 0) {
      throw new IllegalArgumentException(name + ": expected variances of 0 or more");
    }
  }

  /** Sums, their normalization, rectifier, lengths and softmax; then their gradients. */
  @Override
  protected Cost cost(Setting setting) {
    long[] capsules = output().sizes();
    Cost cost =
        Cost.NONE
            .predicting(setting.fused() ? 4 : 5, capsules)
            .predicting(4, shape.out())
            .backward(setting.fused() ? 7 : 10, capsules)
            .backward(3, shape.out())
            .backward(setting.inputGradient() ? 1 : 0, input().sizes())
            .multiplyAdds(shape.in(), shape.out(), shape.dim());
    return setting.activationGradient()
        ? cost.backward(3, capsules).backward(3, shape.out())
        : cost;
  }

  /** Poses alone are read, capsule by capsule. */
  @Override
  public Setting before(Setting previous, Setting own) {
    return previous.readBy(false, true);
  }

  @Override
  public long activations() {
    return shape.out();
  }
}
