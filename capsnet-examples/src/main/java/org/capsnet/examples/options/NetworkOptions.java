package org.capsnet.examples.options;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.capsnet.capsule.Routing;
import org.capsnet.data.LabeledImages;
import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.loss.SpreadLoss;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Reconstructor;
import org.capsnet.model.classification.ClassificationObjective;
import org.nd4j.linalg.schedule.FixedSchedule;
import picocli.CommandLine.Option;

/** The options for which network is trained on images of one class each, and its losses. */
public final class NetworkOptions {

  private static final int ITERATIONS = 3;
  private static final double RECONSTRUCTION_WEIGHT = 0.0005;

  @Option(
      names = "--network",
      defaultValue = "CAPSNET",
      description = {
        "CAPSNET, of Sabour et al. (2017), EFFICIENT, of Mazzia et al. (2021), MATRIX, of Hinton et"
            + " al. (2018), SELF_ROUTING, of Hahn et al. (2019), HVC, of Byerly et al. (2021),"
            + " PATH, of Amer and Maul (2019), DEEP, of Rajasegaran et al. (2019), ATTENTION, of"
            + " Tsai et al. (2020), or RESNET, without capsules, of He et al. (2016). Default:"
            + " ${DEFAULT-VALUE}."
      })
  private NetworkChoice network;

  @Option(
      names = "--routing",
      paramLabel = "NAME",
      converter = RoutingChoice.Converter.class,
      completionCandidates = RoutingChoice.Names.class,
      description = {
        "To the class capsules, of MATRIX in all layers, in place of the network's own, with the"
            + " loss that goes with it, and with other settings if need be, as dynamic:leaky=true:"
            + " ${COMPLETION-CANDIDATES}."
      })
  private RoutingChoice routing;

  @Option(
      names = "--routing-iterations",
      description = "Of a routing that has iterations. Default: 3.")
  private Integer routingIterations;

  @Option(
      names = "--share-matrices",
      description = {
        "Lets all primary capsules of CAPSNET vote with one matrix for each class, as those of Gu"
            + " and Tresp (2020) do with --routing uniform, in place of one for each pair."
      })
  private boolean shareMatrices;

  @Option(
      names = "--reconstruction-weight",
      description =
          "The weight of the squared error summed over pixels, of a network with a decoder."
              + " Default: 0.0005.")
  private Double reconstructionWeight;

  @Option(
      names = "--margin",
      description = {
        "The margin that the spread loss of EM routing grows to over half of the training. If no"
            + " image reaches it, hard images count no more than easy ones. Default: 0.9, the"
            + " paper's."
      })
  private Double margin;

  @Option(
      names = "--paper",
      description =
          "Uses the paper's network also where it is large: for --images of more than 32 pixels,"
              + " which by default get one with a stem of stride 2 and without a decoder, and of"
              + " MATRIX, which by default is the paper's small one.")
  private boolean paper;

  /** Checks what can be checked before anything is read. */
  public void requireRanges() {
    Ranges.require(
        routing == null || network.routing().isPresent(),
        "--routing",
        "a network with a routing to choose",
        network);
    if (routing != null) {
      asked(ITERATIONS);
    }
    if (routingIterations != null) {
      Ranges.atLeast(1, "--routing-iterations", routingIterations);
      Ranges.require(
          routing().map(RoutingChoice::iterates).orElse(false),
          "--routing-iterations",
          "a routing with iterations",
          routing().map(RoutingChoice::toString).orElse(network.name()));
    }
    Ranges.require(
        !shareMatrices || network == NetworkChoice.CAPSNET,
        "--share-matrices",
        "the network " + NetworkChoice.CAPSNET,
        network);
    Ranges.atLeast(0.0, "--reconstruction-weight", weight());
    if (margin != null) {
      Ranges.require(margin > 0 && margin <= 1, "--margin", "above 0, up to 1", margin);
      Ranges.require(
          routing().isPresent() && asked(ITERATIONS).loss() instanceof SpreadLoss,
          "--margin",
          "EM routing, which has a spread loss",
          routing().map(RoutingChoice::toString).orElse(network.name()));
    }
  }

  /** The one that was asked for, or the network's own; of some networks there is none to choose. */
  private Optional<RoutingChoice> routing() {
    return Optional.ofNullable(routing).or(network::routing);
  }

  private Routing asked(int iterations) {
    try {
      return routing().orElseThrow().of(iterations);
    } catch (IllegalArgumentException e) {
      throw new Ranges.WrongOption("--routing " + routing + ": " + e.getMessage());
    }
  }

  /** The network that is asked for, for images of a size and number of classes. */
  public Architecture.OfImages<?, ?> architecture(LabeledImages images) {
    Architecture.OfImages<?, ?> sized =
        paper
            ? network.ofThePaper(ImageShape.of(images), images.classes())
            : network.sizedFor(images);
    if (shareMatrices) {
      sized = network.withSharedMatrices(sized);
    }
    if (routing == null && routingIterations == null) {
      return sized;
    }
    int iterations = routingIterations == null ? ITERATIONS : routingIterations;
    return network.with(sized, routing().orElseThrow(), iterations);
  }

  /** Checks that a weight of reconstructions that was asked for is one of the network's. */
  public void requireDecoder(Classifier outline) {
    Ranges.require(
        reconstructionWeight == null
            || (outline instanceof Reconstructor decoder && decoder.reconstructs()),
        "--reconstruction-weight",
        "a network with a decoder",
        network + " without");
  }

  private double weight() {
    return reconstructionWeight == null ? RECONSTRUCTION_WEIGHT : reconstructionWeight;
  }

  /** The loss of the classes in a training of some steps. */
  public ClassLoss loss(Classifier net, int steps) {
    return margin == null ? GrowingMargin.in(steps, net.loss()) : GrowingMargin.to(margin, steps);
  }

  /** What a training makes small: a loss of the classes, and the error of the decoder. */
  public ClassificationObjective objective(Classifier net, ClassLoss loss) {
    return new ClassificationObjective(
        net, loss, ReconstructionLoss.SQUARED_ERROR, new FixedSchedule(weight()));
  }

  /** What is kept of a training, to be the same when that goes on. */
  public Map<String, String> facts() {
    Map<String, String> facts = new HashMap<>();
    facts.put("reconstruction weight", Double.toString(weight()));
    if (margin != null) {
      facts.put("margin", margin.toString());
    }
    return facts;
  }
}
