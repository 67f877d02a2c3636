package org.capsnet.examples;

import org.capsnet.capsule.Routing;
import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.MarginSchedule;
import org.capsnet.loss.NegativeLogLikelihood;
import org.capsnet.loss.SpreadLoss;
import org.capsnet.routing.AttentionRouting;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.routing.EmRouting;
import org.capsnet.routing.FanInRouting;
import org.capsnet.routing.HeinsenRouting;
import org.capsnet.routing.LocalEmRouting;
import org.capsnet.routing.SelfAttentionRouting;
import org.capsnet.routing.SelfRouting;
import org.capsnet.routing.StaticRouting;
import org.capsnet.routing.UniformRouting;
import org.capsnet.routing.VariationalBayesRouting;

/** The routings that a network can have in place of its own. */
enum RoutingChoice {
  /** Of Sabour et al. (2017). */
  DYNAMIC,
  /** The same with one more output for what belongs to no class. */
  LEAKY,
  /** Of Hinton et al. (2018). */
  EM,
  /** The same at each position by itself. */
  LOCAL_EM,
  /** Of Mazzia et al. (2021). */
  SELF_ATTENTION,
  /** Of Hahn et al. (2019). */
  SELF_ROUTING,
  /** Of Tsai et al. (2020). */
  ATTENTION,
  /** Of Amer and Maul (2019). */
  FAN_IN,
  /** Of Ribeiro et al. (2020). */
  VARIATIONAL_BAYES,
  /** Of Heinsen (2019). */
  HEINSEN,
  /** Learned, the same for all images. */
  STATIC,
  /** Equal parts. */
  UNIFORM;

  /**
   * The routing.
   *
   * @param iterations of one that has iterations
   */
  Routing of(int iterations) {
    return switch (this) {
      case DYNAMIC -> new DynamicRouting(iterations);
      case LEAKY -> new DynamicRouting(iterations).withLeak();
      case EM -> new EmRouting(iterations);
      case LOCAL_EM -> new LocalEmRouting(iterations);
      case SELF_ATTENTION -> new SelfAttentionRouting();
      case SELF_ROUTING -> new SelfRouting();
      case ATTENTION -> new AttentionRouting(iterations);
      case FAN_IN -> new FanInRouting(iterations);
      case VARIATIONAL_BAYES -> new VariationalBayesRouting(iterations);
      case HEINSEN -> new HeinsenRouting(iterations);
      case STATIC -> new StaticRouting();
      case UNIFORM -> new UniformRouting();
    };
  }

  boolean iterates() {
    return switch (this) {
      case SELF_ATTENTION, SELF_ROUTING, STATIC, UNIFORM -> false;
      default -> true;
    };
  }

  /** The loss that goes with the activations that it makes, in a training of so many steps. */
  ClassLoss loss(int steps) {
    return switch (this) {
      case EM, LOCAL_EM -> new SpreadLoss(new MarginSchedule(Math.max(1, steps / 2)));
      case SELF_ROUTING, ATTENTION -> new NegativeLogLikelihood();
      default -> MarginLoss.standard();
    };
  }
}
