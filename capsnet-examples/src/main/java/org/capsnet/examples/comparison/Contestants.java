package org.capsnet.examples.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.capsnet.autograd.Scope;
import org.capsnet.capsule.Routing;
import org.capsnet.data.ImageIterator;
import org.capsnet.data.LabeledImages;
import org.capsnet.examples.comparison.Contestant.Absent;
import org.capsnet.examples.comparison.Contestant.Group;
import org.capsnet.examples.options.AugmentationOptions;
import org.capsnet.examples.options.NetworkChoice;
import org.capsnet.examples.options.RoutingChoice;
import org.capsnet.io.Kinds;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ClassificationObjective;
import org.capsnet.model.classification.ResNet;
import org.capsnet.nn.Init;
import org.capsnet.train.Step;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Who takes part in a comparison, and who does not and why. Whoever is listed has been tried: its
 * network was built, and learned from a few images.
 */
public final class Contestants {

  private static final String SHARED = " with shared matrices";

  /** Images that a routing is tried with. */
  private static final int TRIAL = 2;

  /** Routings that are no setting of a layer, and where to find them. */
  private static final List<Absent> ELSEWHERE =
      List.of(
          new Absent(
              "AttentionStack (Tsai et al. 2020)",
              "it routes two layers or more together, and the backbone has one: see the network"
                  + " attention"),
          new Absent(
              "HomogeneousCapsules (Byerly et al. 2021)",
              "a layer without routing, with votes element by element: see the network hvc"));

  private final LabeledImages images;
  private final int batch;
  private final DataType type;
  private final AugmentationOptions changes;
  private final List<Contestant> taking = new ArrayList<>();
  private final List<Absent> absent = new ArrayList<>();

  /**
   * Nobody so far.
   *
   * @param images for training
   * @param batch the images of a step
   * @param type of the networks
   * @param changes of images and labels
   */
  public Contestants(LabeledImages images, int batch, DataType type, AugmentationOptions changes) {
    this.images = images;
    this.batch = batch;
    this.type = type;
    this.changes = changes;
  }

  /** All routings that there are: each that has a name, and what else a paper compares. */
  public static List<RoutingChoice> allRoutings() {
    RoutingChoice leaky = new RoutingChoice.Converter().convert("dynamic:leaky=true");
    return Stream.concat(
            Kinds.of(Routing.class).keySet().stream().map(RoutingChoice::of), Stream.of(leaky))
        .sorted((a, b) -> a.toString().compareTo(b.toString()))
        .toList();
  }

  /**
   * The network in which routings are compared: the paper's, or for {@code CAPSNET} one with a
   * quarter of its channels and types and no decoder, in which routing is much of the work.
   */
  public static Architecture.OfImages<?, ?> backbone(
      NetworkChoice network, boolean paper, LabeledImages images) {
    if (paper) {
      return network.ofThePaper(ImageShape.of(images), images.classes());
    }
    return network == NetworkChoice.CAPSNET
        ? CapsNet.Config.paper()
            .with("image", ImageShape.of(images))
            .with("classes", images.classes())
            .with("stem", List.of(new Conv(64, 9, 1)))
            .with("primary", new Primary(8, 8, 9, 2))
            .with("decoder", null)
        : network.sizedFor(images);
  }

  /** Adds routings, each in the backbone. */
  public void addRoutings(
      List<RoutingChoice> routings,
      NetworkChoice network,
      Architecture.OfImages<?, ?> backbone,
      int iterations) {
    for (RoutingChoice choice : routings) {
      add(choice.toString(), () -> placed(choice, network, backbone, iterations));
    }
  }

  /** Adds all of them, and says where those are that are no setting of the backbone. */
  public void addAllRoutings(
      NetworkChoice network, Architecture.OfImages<?, ?> backbone, int iterations) {
    addRoutings(allRoutings(), network, backbone, iterations);
    RoutingChoice uniform = RoutingChoice.of("uniform");
    add(uniform + SHARED, () -> shared(placed(uniform, network, backbone, iterations), network));
    absent.addAll(ELSEWHERE);
  }

  private static Contestant placed(
      RoutingChoice choice,
      NetworkChoice network,
      Architecture.OfImages<?, ?> backbone,
      int iterations) {
    return new Contestant(
        choice.toString(), Group.ROUTING, network.with(backbone, choice, iterations));
  }

  /** Gu and Tresp (2020): what their routing compares is one matrix for all that vote. */
  private static Contestant shared(Contestant contestant, NetworkChoice network) {
    return new Contestant(
        contestant.name() + SHARED,
        contestant.group(),
        network.withSharedMatrices(contestant.architecture()));
  }

  /** Adds networks, of a size that suits the images. */
  public void addNetworks(List<NetworkChoice> networks) {
    for (NetworkChoice network : networks) {
      String name = network.name().toLowerCase(Locale.ROOT).replace('_', '-');
      add(name, () -> new Contestant(name, Group.NETWORK, network.sizedFor(images)));
    }
  }

  /** Adds for each of those that take part a plain network with about as many parameters. */
  public void addPlainOnes() {
    taking().forEach(one -> addPlain(one, one.name()));
  }

  /** Adds one for the backbone, with the first of the routings that take part, if any does. */
  public void addPlainOneOfTheBackbone() {
    taking().stream()
        .filter(one -> one.group() == Group.ROUTING)
        .findFirst()
        .ifPresent(one -> addPlain(one, "backbone"));
  }

  private void addPlain(Contestant as, String called) {
    String name = plainName(called);
    add(name, () -> plain(as, name));
  }

  /** What the plain network is called that is as large as another. */
  static String plainName(String name) {
    return "plain, as " + name;
  }

  /** The one whose number of parameters is nearest. */
  private Contestant plain(Contestant as, String name) {
    long wanted = as.parameters();
    Contestant smaller = plain(name, 1);
    for (int channels = 2; smaller.parameters() < wanted; channels++) {
      Contestant next = plain(name, channels);
      if (next.parameters() - wanted >= wanted - smaller.parameters()) {
        return smaller;
      }
      smaller = next;
    }
    return smaller;
  }

  private Contestant plain(String name, int channels) {
    ResNet.Config sizes =
        ResNet.Config.paper()
            .with("image", ImageShape.of(images))
            .with("classes", images.classes())
            .with("channels", channels);
    return new Contestant(name, Group.NETWORK, sizes);
  }

  /** Makes a contestant. */
  private interface Making {
    /** Makes it. */
    Contestant make();
  }

  /** A fault of a user's routing may be of any kind; it is told in the report, by name. */
  private void add(String name, Making making) {
    try {
      Contestant made = making.make();
      requireFolderOfItsOwn(made);
      changes.requireLoss(made.loss(1));
      made.summary(type).requireMemory(batch);
      tryOut(made);
      taking.add(made);
    } catch (RuntimeException e) {
      absent.add(new Absent(name, e.getMessage() == null ? e.toString() : e.getMessage()));
    }
  }

  private void requireFolderOfItsOwn(Contestant made) {
    for (Contestant other : taking) {
      if (other.folder().equals(made.folder())) {
        throw new IllegalArgumentException("its folder would be that of " + other.name());
      }
    }
  }

  private void tryOut(Contestant contestant) {
    ImageIterator few =
        ImageIterator.builder(images.take(Math.min(TRIAL, images.count())), TRIAL)
            .dataType(type)
            .build();
    Classifier net = contestant.build(Init.seed(0).type(type));
    try (Scope scope = Scope.open()) {
      new ClassificationObjective(net, contestant.loss(1))
          .loss(few.next(), Step.FIRST)
          .total()
          .backward();
    } finally {
      net.network().close();
    }
  }

  /** Notes one that was stopped on the way. */
  public void stopped(String name, String reason) {
    absent.add(new Absent(name, reason));
  }

  public List<Contestant> taking() {
    return List.copyOf(taking);
  }

  public List<Absent> absent() {
    return List.copyOf(absent);
  }
}
