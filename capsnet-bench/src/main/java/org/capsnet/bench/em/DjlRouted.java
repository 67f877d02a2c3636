package org.capsnet.bench.em;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.training.GradientCollector;
import java.util.stream.Stream;
import org.capsnet.bench.measure.DjlNumbers;

/**
 * The layer in PyTorch, recorded by DJL's gradient collector; knows nothing of ND4J. Votes are one
 * product a type, and stand by output capsules, so that all weighed sums over input capsules and
 * over dimensions are batched products too: of the size of the votes are only their distances from
 * the mean, and their squares. It is in logarithms, as this library is. A scalar must be a float: a
 * double would turn all that follows to float64.
 */
final class DjlRouted implements Routed {

  private static final float EPSILON = 1e-9f;
  private static final float LAST_TEMPERATURE = 0.01f;
  private static final float RATE = 0.95f;
  private static final int[] LAST_AXIS = {-1};

  /** For as long as the process lives. */
  private static final NDManager MANAGER = NDManager.newBaseManager();

  private static final DjlNumbers NUMBERS = new DjlNumbers(MANAGER);

  private final EmLayer of;
  private final NDArray poses;
  private final NDArray activations;
  private final NDArray weight;
  private final NDArray betaU;
  private final NDArray betaA;
  private NDManager scope;
  private GradientCollector gradients;
  private NDArray pose;
  private NDArray active;

  DjlRouted(EmLayer of) {
    this.of = of;
    // As a network with types behind positions would have them.
    long places = (long) of.side() * of.side();
    NDArray grid =
        MANAGER.create(of.poses(), new Shape(of.batch(), of.types(), EmLayer.DIM, places));
    poses = grid.transpose(0, 1, 3, 2).duplicate();
    activations = MANAGER.create(of.activations(), new Shape(of.batch(), 1, of.types() * places));
    weight = MANAGER.create(of.weights(), new Shape(of.weightShape()));
    betaU = MANAGER.zeros(new Shape(of.out()));
    betaA = MANAGER.zeros(new Shape(of.out()));
    Stream.of(poses, activations, weight, betaU, betaA).forEach(x -> x.setRequiresGradient(true));
  }

  @Override
  public void forward() {
    scope = MANAGER.newSubManager();
    new NDList(poses, activations, weight, betaU, betaA).tempAttach(scope);
    gradients = Engine.getInstance().newGradientCollector();
    NDArray votes = votes(); // [batch · out, in, 16]
    long in = votes.getShape().get(1);
    NDArray r = activations.zerosLike().add(1f / of.out()); // [batch, 1 or out, in]
    for (int t = 0; t < of.iterations(); t++) {
      NDArray ra = r.mul(activations).broadcast(of.batch(), of.out(), in);
      NDArray sum = ra.sum(LAST_AXIS).add(EPSILON);
      NDArray w = ra.div(sum.expandDims(2)).reshape(-1, 1, in);
      pose = w.batchMatMul(votes);
      NDArray off = votes.sub(pose);
      off = off.mul(off);
      NDArray variance = w.batchMatMul(off).add(EPSILON);
      NDArray entropy =
          variance.log().sum(LAST_AXIS).mul(NUMBERS.of(0.5f)).reshape(of.batch(), of.out());
      NDArray cost = entropy.add(betaU.mul(NUMBERS.of(EmLayer.DIM))).mul(sum);
      float lambda = LAST_TEMPERATURE * (1 - (float) Math.pow(RATE, t + 1));
      active = Activation.sigmoid(betaA.sub(cost).mul(NUMBERS.of(lambda)));
      if (t + 1 < of.iterations()) {
        NDArray exponents =
            off.batchMatMul(variance.reshape(-1, EmLayer.DIM, 1).pow(NUMBERS.of(-1f)))
                .mul(NUMBERS.of(0.5f))
                .reshape(of.batch(), of.out(), in);
        float norm = (float) (EmLayer.DIM * Math.log(2 * Math.PI) / 2);
        NDArray prior = active.add(EPSILON).log().sub(entropy).sub(norm);
        r = prior.expandDims(2).sub(exponents).softmax(1);
      }
    }
  }

  /** {@code P W}, of all positions of a type at once. */
  private NDArray votes() {
    long rows = poses.getShape().get(0) * poses.getShape().get(2) * EmLayer.POSE;
    NDArray p = poses.transpose(1, 0, 2, 3).reshape(of.types(), rows, EmLayer.POSE);
    NDArray w = weight.transpose(0, 2, 1, 3).reshape(of.types(), EmLayer.POSE, -1);
    return p.batchMatMul(w)
        .reshape(of.types(), of.batch(), -1, EmLayer.POSE, of.out(), EmLayer.POSE)
        .transpose(1, 4, 0, 2, 3, 5)
        .reshape((long) of.batch() * of.out(), -1, EmLayer.DIM);
  }

  @Override
  public void backward() {
    gradients.backward(pose.sum().add(active.sum()));
  }

  @Override
  public float[][] results() {
    return Stream.of(
            pose, active, poses.getGradient(), activations.getGradient(), weight.getGradient())
        .map(NDArray::toFloatArray)
        .toArray(float[][]::new);
  }

  @Override
  public void close() {
    gradients.close();
    gradients.zeroGradients();
    scope.close();
  }
}
