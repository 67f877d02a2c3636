package org.capsnet.model.classification;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.HomogeneousCapsules;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Sizes;
import org.capsnet.model.block.ConvStem;
import org.capsnet.model.block.FeatureExtractor;
import org.capsnet.nn.BatchNorm2d;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.Parameter;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;

/**
 * Homogeneous vector capsules (Byerly, Kalganova and Dear, <i>No Routing Needed Between
 * Capsules</i>, 2021): a deep stack of convolutions with a branch of capsules after each few of
 * them, votes element by element in place of matrices, and no routing. Its single networks are the
 * most accurate published on MNIST, after long trainings with strong changes of the digits.
 *
 * <pre>{@code
 * images    [1, 28, 28]
 * features  nine 3×3 convolutions without padding, of 32, 48, .. 160 channels, each with batch
 *           normalization and a rectifier: [64, 22, 22], [112, 16, 16], [160, 10, 10] after
 *           three, six and nine
 * branches  at each place of such features a capsule of all its channels; votes w_ij ⊙ u_i,
 *           v_j = relu(norm(Σ_i w_ij ⊙ u_i))
 * classes   softmax_j of Σ_k norm(w_k |v_jk|) over the branches k
 * }</pre>
 *
 * <p>The loss is the negative logarithm of the activation of the true class. The pose of a class
 * capsule is that of all branches, one behind the other. The authors train for 300 epochs by Adam
 * at 0.001, which falls by 0.98 each epoch, with batches of 120, and a moving average of the
 * weights of 0.999; they turn, shift and squeeze the digits and blank out a square.
 */
public final class HvcCapsNet extends Network<HvcCapsNet.Config> implements Classifier.OfOneClass {

  private static final int KERNEL = 3;

  /** As {@link Capsules#ofLength} has it. */
  private static final double LENGTH_EPSILON = 1e-8;

  private final List<FeatureExtractor> stages = new ArrayList<>();
  private final List<HomogeneousCapsules> branches = new ArrayList<>();
  private final Parameter weight;
  private final BatchNorm2d norm;

  /**
   * The sizes.
   *
   * @param image the size of the images
   * @param classes that the network tells apart, at least 2
   * @param channels of the first convolution
   * @param growth how many more each convolution has than the one before
   * @param branches after how many convolutions there is one, ascending; there are as many
   *     convolutions as the last one says
   */
  public record Config(
      ImageShape image, int classes, int channels, int growth, List<Integer> branches)
      implements Architecture.OfImages<HvcCapsNet, Config> {

    /**
     * Checks each size on its own; whether they fit each other is checked where the network is
     * built.
     *
     * @throws IllegalArgumentException if a size is out of its range
     */
    public Config {
      Sizes.atLeast(2, "classes", classes);
      Sizes.atLeast(1, "channels", channels);
      Sizes.atLeast(0, "growth", growth);
      branches = List.copyOf(branches);
      Sizes.atLeast(1, "branches", branches.size());
      int before = 0;
      for (int branch : branches) {
        Sizes.atLeast(before + 1, "branch", branch);
        before = branch;
      }
    }

    /** {@return the network of the paper for MNIST: three branches, 1.5 million parameters} */
    public static Config paper() {
      return new Config(new ImageShape(1, 28, 28), 10, 32, 16, List.of(3, 6, 9));
    }

    /** The convolutions before a branch, from the branch before. */
    private List<Conv> stage(int branch) {
      int from = branch == 0 ? 0 : branches.get(branch - 1);
      return IntStream.range(from, branches.get(branch))
          .mapToObj(i -> new Conv(channels + i * growth, KERNEL, 1))
          .toList();
    }

    @Override
    public HvcCapsNet build(Init init) {
      return new HvcCapsNet(this, init);
    }
  }

  private HvcCapsNet(Config c, Init init) {
    super(c, init);
    List<Conv> all =
        IntStream.range(0, c.branches.size()).mapToObj(c::stage).flatMap(List::stream).toList();
    ConvStem.requireFit(c.image, all, new Conv(1, 1, 1));
    Shape at = c.input();
    for (int k = 0; k < c.branches.size(); k++) {
      FeatureExtractor stage = child("stage" + k, new FeatureExtractor(at, c.stage(k), init));
      at = stage.output();
      stages.add(stage);
    }
    for (int k = 0; k < stages.size(); k++) {
      Shape features = stages.get(k).output();
      Shape capsules = Shape.of(1, features.size(0), features.size(1), features.size(2));
      branches.add(child("branch" + k, new HomogeneousCapsules(capsules, c.classes, init)));
    }
    weight = weight("weight", init.constant(1, stages.size()));
    norm = child("norm", new BatchNorm2d(Shape.of(stages.size(), c.classes, 1), init));
  }

  @Override
  public int classes() {
    return architecture().classes;
  }

  /** {@inheritDoc} The voters are those of the last branch. */
  @Override
  public Classification classify(Variable images) {
    Variable features = architecture().image.require(images);
    Capsules voters = null;
    List<Variable> poses = new ArrayList<>();
    List<Variable> lengths = new ArrayList<>();
    for (int k = 0; k < stages.size(); k++) {
      features = stages.get(k).forward(features);
      voters = Capsules.ofFeatures(features, features.size(1));
      Variable v = branches.get(k).forward(voters).pose();
      poses.add(v);
      lengths.add(v.norm(false, LENGTH_EPSILON, 2).reshape(v.size(0), 1, v.size(1), 1));
    }
    Variable scores =
        Variable.concat(1, lengths.toArray(Variable[]::new))
            .times(weight.variable().reshape(1, stages.size(), 1, 1));
    Variable activation = norm.forward(scores).sum(1, 3).softmax(1);
    return new Classification(
        voters, new Capsules(Variable.concat(2, poses.toArray(Variable[]::new)), activation));
  }

  /**
   * Beside the branches: the capsules of each, their lengths, the weighed scores and their softmax;
   * then the gradients, of features that are read twice the sum too. And the loss.
   */
  @Override
  protected Cost cost(Setting setting) {
    long all = stages.stream().mapToLong(stage -> stage.output().size(0)).sum();
    long scores = (long) stages.size() * classes();
    long places =
        stages.stream()
            .flatMapToLong(s -> LongStream.of(s.output().size(1) * s.output().size(2)))
            .sum();
    Cost cost =
        super.cost(setting)
            .forward(1, places)
            .forward(2, all, classes())
            .forward(6, scores)
            .forward(2, classes())
            .backward(3, all, classes())
            .backward(6, scores)
            .backward(2, classes());
    for (int k = 0; k + 1 < stages.size(); k++) {
      cost = cost.backward(1, stages.get(k).output().sizes());
    }
    return cost;
  }
}
