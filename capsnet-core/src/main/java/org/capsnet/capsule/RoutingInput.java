package org.capsnet.capsule;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What a {@link Routing} is handed: votes, who cast them, what the layer has learned for the
 * routing, and where in a training this is. On a grid each position is a sample of its own.
 */
public final class RoutingInput {

  private final CastVotes cast;
  private final Map<String, Variable> parameters;
  private final OptionalLong step;

  RoutingInput(CastVotes cast, Map<String, Variable> parameters, OptionalLong step) {
    this.cast = cast;
    this.parameters = Map.copyOf(parameters);
    this.step = step;
  }

  /**
   * An input outside of a layer and of a training: for trying a routing.
   *
   * @param votes what input capsules voted
   * @param parameters what a layer would have learned, by name
   * @return the input
   */
  public static RoutingInput of(CastVotes votes, Map<String, Variable> parameters) {
    return new RoutingInput(votes, parameters, OptionalLong.empty());
  }

  /** {@return the votes {@code [batch, in, out, dim]}} */
  public Variable votes() {
    return cast.votes();
  }

  /** {@return the activations of the input capsules, {@code [batch, in]}} */
  public Variable activation() {
    return cast.activation();
  }

  /**
   * The poses of the input capsules.
   *
   * @return {@code [batch, in, inDim]}
   * @throws UnsupportedOperationException if they are not known, as where a convolution makes a
   *     vote of several capsules
   */
  public Variable pose() {
    return cast.pose();
  }

  /**
   * What the layer has learned for this routing.
   *
   * @param name one of {@link Routing#parameters}
   * @return the parameter
   * @throws IllegalArgumentException if there is none of that name
   */
  public Variable parameter(String name) {
    return optional(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "parameter %s: expected one of %s".formatted(name, parameters.keySet())));
  }

  /**
   * What the layer may have learned for this routing.
   *
   * @param name of a parameter
   * @return the parameter, if there is one
   */
  public Optional<Variable> optional(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /** {@return which output capsules the input capsules reach} */
  public Reach reach() {
    return cast.reach();
  }

  /**
   * The step of the training.
   *
   * @return the steps done before this one, as schedules count them; empty in evaluation mode and
   *     wherever no training is going on, where a routing has the value that its training ends with
   */
  public OptionalLong step() {
    return step;
  }

  /** {@return FLOAT or DOUBLE} */
  public DataType type() {
    return cast.type();
  }

  /** {@return the votes as they were cast, for kernels} */
  public CastVotes cast() {
    return cast;
  }
}
