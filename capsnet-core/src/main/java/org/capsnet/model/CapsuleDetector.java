package org.capsnet.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.Masking;
import org.capsnet.capsule.Sharing;
import org.capsnet.data.SampleEncoder;
import org.capsnet.data.detection.ClassBoxes;
import org.capsnet.data.detection.DetectionSample;
import org.capsnet.io.Architectures;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;
import org.capsnet.routing.DynamicRouting;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Finds at most one object of each class: the primary capsules of the whole image vote for one
 * capsule a class, and the box of the object is read off it. Its grid has one cell. For several
 * objects of a class there is {@link GridCapsuleDetector}.
 *
 * <p>All places share what the votes are made with, see {@link DenseVotes}. Most places show
 * background, and so leaky routing, where a voter need not vote, is what {@link #builder} starts
 * from.
 *
 * <pre>{@code
 * CapsuleDetector digits = CapsuleDetector.builder().image(1, 80, 80).classes(10).build();
 * }</pre>
 */
public final class CapsuleDetector extends Detector {

  static final ModelFile<CapsuleDetectorArchitecture, CapsuleDetector> FILE =
      new ModelFile<>(
          CapsuleDetectorArchitecture.class,
          "CapsuleDetector",
          a -> a.backbone().pixels(),
          a -> a.backbone().leastNumbers(),
          CapsuleDetector::new,
          a -> a.backbone().type());

  private static final double INITIAL_SIZE = 0.3;

  private final CapsuleDetectorArchitecture architecture;
  private final CapsuleLayer classes;
  private final Chain<Variable, Variable> decoder;

  /**
   * A network with random weights.
   *
   * @param architecture its sizes
   * @param seed of its weights: the same seed gives the same network
   */
  public CapsuleDetector(CapsuleDetectorArchitecture architecture, long seed) {
    this(architecture, Init.seed(seed).type(architecture.backbone().type()));
  }

  private CapsuleDetector(CapsuleDetectorArchitecture architecture, Init init) {
    super(architecture.backbone(), architecture.head(), 1, 1, 1, INITIAL_SIZE, init);
    this.architecture = architecture;
    DetectorHead h = architecture.head();
    classes =
        child(
            "classes",
            new CapsuleLayer(
                primary(),
                h.classes(),
                h.classDim(),
                new DenseVotes(Sharing.TYPE, true),
                h.routing(),
                init));
    decoder =
        architecture.reconstructs()
            ? child(
                "decoder",
                ImageDecoder.of(
                    classes.output().numbers(),
                    architecture.decoder(),
                    architecture.backbone().pixels(),
                    init))
            : null;
  }

  /**
   * A builder that needs the image and the classes to be said, and nothing else.
   *
   * @return the builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The sizes of this network.
   *
   * @return its architecture
   */
  public CapsuleDetectorArchitecture architecture() {
    return architecture;
  }

  @Override
  public int rows() {
    return 1;
  }

  @Override
  public int columns() {
    return 1;
  }

  @Override
  Capsules classes(Capsules primary) {
    return classes.forward(primary).onGrid(head().classes(), 1, 1);
  }

  @Override
  public Optional<Variable> reconstruct(Capsules found, INDArray present) {
    if (decoder == null) {
      return Optional.empty();
    }
    Variable kept = Masking.byMask(found, present);
    return Optional.of(decoder.forward(kept.reshape(kept.size(0), kept.size(1))));
  }

  /** {@inheritDoc} Of several objects of a class it takes the largest. */
  @Override
  public SampleEncoder<DetectionSample> encoder(List<String> classNames) {
    return new ClassBoxes(classNames);
  }

  @Override
  public Map<String, String> metadata() {
    return Architectures.write(architecture);
  }

  /**
   * Rebuilds a network from a file that {@link #save} wrote.
   *
   * @param file a safetensors file
   * @return the network, in evaluation mode
   * @throws FormatException if it is no such file
   * @throws IOException if it cannot be read
   */
  public static CapsuleDetector load(Path file) throws IOException {
    return FILE.network(file, Safetensors.read(file));
  }

  /** Builds a {@link CapsuleDetector} of any size. */
  public static final class Builder extends DetectorBuilder<Builder> {

    private static final int ITERATIONS = 3;

    private List<Integer> decoder;

    private Builder() {
      super(new DynamicRouting(ITERATIONS).withLeak());
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Adds a decoder, which draws the image again from the capsules of the classes that are there.
     *
     * @param sizes of its hidden layers; none for a decoder of one layer
     * @return this
     */
    public Builder decoder(Integer... sizes) {
      decoder = List.of(sizes);
      return this;
    }

    /**
     * The sizes alone, which cost nothing.
     *
     * @return the architecture
     * @throws IllegalArgumentException if a size is wrong
     */
    public CapsuleDetectorArchitecture architecture() {
      return new CapsuleDetectorArchitecture(backbone(), head(), decoder);
    }

    /**
     * Builds the network.
     *
     * @return a network with random weights
     * @throws IllegalArgumentException as {@link #architecture()}
     */
    public CapsuleDetector build() {
      return new CapsuleDetector(architecture(), seed());
    }
  }
}
