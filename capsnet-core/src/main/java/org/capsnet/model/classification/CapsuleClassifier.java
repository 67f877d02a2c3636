package org.capsnet.model.classification;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.Votes;
import org.capsnet.loss.ClassLoss;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.Network;
import org.capsnet.model.Sizes;
import org.capsnet.model.block.ImageDecoder;
import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;

/**
 * A capsule network as most that classify are: an encoder from images to capsules, a layer with a
 * capsule for each class, routed from these, and perhaps a decoder that draws the image again from
 * the capsule of its class. A network of this kind is a record of what is chosen and an encoder;
 * what it can do is here. One with a decoder also says that it is a {@link
 * org.capsnet.model.Reconstructor}.
 *
 * <p>Children: those of the encoder, by their names in it; {@code classes}; and {@code decoder}.
 *
 * @param <A> the record that it is built from
 */
public abstract class CapsuleClassifier<A extends CapsuleClassifier.Choices<?, A>>
    extends Network<A> implements Classifier {

  private final Chain<Variable, Capsules> encoder;
  private final CapsuleLayer classes;
  private final Optional<Block<Variable, Variable>> decoder;

  /**
   * What is chosen of every network of this kind, beside its encoder.
   *
   * @param <N> the network
   * @param <A> the record itself
   */
  public interface Choices<N extends Network<A>, A extends Choices<N, A>>
      extends Architecture.OfImages<N, A> {

    /** {@return the number of classes that the network tells apart, at least 2} */
    int classes();

    /** {@return the dimension of a class capsule} */
    int classDim();

    /** {@return the routing to class capsules} */
    Routing routing();

    /** {@return how the capsules of the encoder vote; by default with a matrix for each pair} */
    default Votes votes() {
      return new DenseVotes();
    }

    /** {@return the hidden sizes of the decoder; null for no decoder, as by default} */
    default List<Integer> decoder() {
      return null;
    }

    /** {@return whether the decoder sees the pose of a class and not of which one it is} */
    default boolean drawsFromPoseAlone() {
      return false;
    }

    /**
     * Checks each of these on its own.
     *
     * @param classes at least 2
     * @param classDim at least 1
     * @param routing any
     * @throws IllegalArgumentException if a number is less
     */
    static void require(int classes, int classDim, Routing routing) {
      Sizes.atLeast(1, "class capsule dimension", classDim);
      Sizes.atLeast(2, "classes", classes);
      Objects.requireNonNull(routing, "routing");
    }
  }

  /**
   * For subclasses.
   *
   * @param architecture what the network is built from
   * @param init where the numbers of the network come from
   * @param encoder makes the layers from images to the capsules that vote for classes
   */
  @SuppressWarnings("this-escape") // to the walk over its layers, which calls nothing of a subclass
  protected CapsuleClassifier(
      A architecture, Init init, BiFunction<A, Init, Chain<Variable, Capsules>> encoder) {
    super(architecture, init);
    this.encoder = encoder.apply(architecture, init);
    this.encoder.children().forEach(this::child);
    classes =
        child(
            "classes",
            new CapsuleLayer(
                this.encoder.output(),
                architecture.classes(),
                architecture.classDim(),
                architecture.votes(),
                architecture.routing(),
                init));
    decoder =
        Optional.ofNullable(architecture.decoder())
            .map(hidden -> child("decoder", decoder(hidden, init)));
  }

  private Block<Variable, Variable> decoder(List<Integer> hidden, Init init) {
    boolean poseAlone = architecture().drawsFromPoseAlone();
    return new ImageDecoder(classes.output(), poseAlone, hidden, architecture().image(), init);
  }

  @Override
  public final int classes() {
    return architecture().classes();
  }

  /** {@return the loss that goes with the routing to class capsules} */
  @Override
  public ClassLoss loss() {
    return architecture().routing().loss();
  }

  /** {@return the layers from images to the capsules that vote for classes} */
  public final Chain<Variable, Capsules> encoder() {
    return encoder;
  }

  /** {@return the layer of class capsules} */
  public final CapsuleLayer classCapsules() {
    return classes;
  }

  /** {@return the layers that draw, from poses to pixels; empty if it was built without} */
  public final Optional<Block<Variable, Variable>> decoder() {
    return decoder;
  }

  @Override
  public final Classification classify(Variable images) {
    Capsules voters = encoder.forward(architecture().image().require(images));
    return new Classification(voters, classes.forward(voters));
  }
}
