package org.capsnet.bench.peer;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Convolution;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.bench.process.LineProcess;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.CastVotes;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.routing.DynamicRouting;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Whether a contestant computes what this library does, from the same weights and images: without
 * that, nothing is timed.
 */
final class Agreement {

  /** The loss, the loss after one step of Adam, and after two. */
  private static final int STEPS = 3;

  private static final double TOLERANCE = 1e-5;

  /**
   * Adam takes a step of nearly the same size for gradients of any size, those that are next to
   * nothing included, whose sign is chance.
   */
  private static final double UPDATED_TOLERANCE = 1e-3;

  /** Deeplearning4j's squash adds 1e-5 under its root, where this library's adds 1e-8. */
  private static final double GROUPED_TOLERANCE = 2e-3;

  private Agreement() {}

  /**
   * Requires that another contestant computes this library's class lengths, and its losses before
   * and after updates.
   *
   * @throws IllegalStateException if it does not
   */
  static String lengthsAndLosses(Peer peer, LineProcess ours, LineProcess other, int batch)
      throws IOException {
    // Lengths first: they are those of the weights before any update.
    double ofLengths = requireLengths(peer, ours, other, batch);
    String losses = new Request(Request.Kind.LOSSES, batch, STEPS).line();
    double[] expected = ours.ask(losses);
    double[] actual = other.ask(losses);
    double ofLoss = requireClose("loss", peer, first(expected), first(actual), TOLERANCE);
    double ofUpdated = requireClose("losses", peer, expected, actual, UPDATED_TOLERANCE);
    return String.format(
        Locale.ROOT,
        "%s: class lengths agree to %.0e, the loss to %.0e, and after two steps of Adam to %.0e",
        peer.title(),
        ofLengths,
        ofLoss,
        ofUpdated);
  }

  /**
   * Requires that a contestant that does not train computes this library's class lengths.
   *
   * @throws IllegalStateException if it does not
   */
  static String lengths(Peer peer, LineProcess ours, LineProcess other, int batch)
      throws IOException {
    return String.format(
        Locale.ROOT,
        "%s: class lengths agree to %.0e",
        peer.title(),
        requireLengths(peer, ours, other, batch));
  }

  private static double requireLengths(Peer peer, LineProcess ours, LineProcess other, int batch)
      throws IOException {
    String lengths = new Request(Request.Kind.LENGTHS, batch, 1).line();
    return requireClose("class lengths", peer, ours.ask(lengths), other.ask(lengths), TOLERANCE);
  }

  private static double[] first(double... numbers) {
    return Arrays.copyOf(numbers, 1);
  }

  /**
   * Requires that Deeplearning4j computes the class lengths that this library's operations give
   * where they group channels as it does.
   *
   * @throws IllegalStateException if it does not
   */
  static String groupedLengths(Fixture fixture, LineProcess dl4j, int batch) throws IOException {
    double[] expected = groupedAsDl4j(fixture, fixture.first(batch).getFeatures());
    double[] actual = dl4j.ask(new Request(Request.Kind.LENGTHS, batch, 1).line());
    double difference =
        requireClose("class lengths", Peer.DL4J, expected, actual, GROUPED_TOLERANCE);
    return String.format(
        Locale.ROOT,
        "%s: class lengths agree to %.0e; it has another loss, so that no more is comparable",
        Peer.DL4J.title(),
        difference);
  }

  /**
   * Deeplearning4j cuts the feature maps of the primary convolution, as they lie in memory, into
   * capsules of 8 neighbouring positions of one channel, where the paper's have 8 channels of one
   * position.
   */
  private static double[] groupedAsDl4j(Fixture fixture, INDArray images) {
    Map<String, INDArray> state = fixture.state();
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter()) {
      Variable features = convolve(state, "stem.0", Variable.constant(images), 1).relu();
      Variable q = convolve(state, "primary.conv", features, 2);
      Variable u = new SabourSquash().squash(q.reshape(images.size(0), 1152, 8));
      Variable weight = Variable.constant(state.get("classes.weight"));
      Variable bias = Variable.constant(state.get("classes.bias"));
      return new DynamicRouting(3)
          .route(
              RoutingInput.of(CastVotes.dense(Capsules.ofLength(u), weight), Map.of("bias", bias)))
          .activation()
          .value()
          .dup('c')
          .data()
          .asDouble();
    }
  }

  private static Variable convolve(
      Map<String, INDArray> state, String name, Variable x, int stride) {
    return Convolution.conv2d(
        x,
        Variable.constant(state.get(name + ".weight")),
        Variable.constant(state.get(name + ".bias")),
        Conv2dSpec.UNIT.withStride(stride));
  }

  /** Returns the largest difference, relative to the largest number expected. */
  static double requireClose(
      String what, Peer peer, double[] expected, double[] actual, double tolerance) {
    double scale = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    double worst = expected.length == actual.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(expected.length, actual.length); i++) {
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]) / scale);
    }
    if (!(worst <= tolerance)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s and this library differ from the same weights and images, so that nothing is"
                  + " timed: %s %s and %s, relative difference %.1e, allowed %.0e",
              peer.title(),
              what,
              shortened(actual),
              shortened(expected),
              worst,
              tolerance));
    }
    return worst;
  }

  private static String shortened(double[] numbers) {
    return Arrays.toString(Arrays.copyOf(numbers, Math.min(numbers.length, 10)));
  }
}
