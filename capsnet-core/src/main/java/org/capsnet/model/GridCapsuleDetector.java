package org.capsnet.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.ConvCapsules2d;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.data.SampleEncoder;
import org.capsnet.data.detection.DetectionSample;
import org.capsnet.data.detection.GridBoxes;
import org.capsnet.io.Architectures;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.nn.Init;
import org.capsnet.routing.DynamicRouting;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Finds any number of objects of each class: convolutional capsules on a grid, at each cell one a
 * class, which stands for an object with its centre in that cell. Most cells show background, and
 * so leaky routing, where a voter need not vote, is what {@link #builder} starts from.
 *
 * <p>A box may be centred up to half a cell outside of its cell, so that one which is near the
 * border, and is found from the wrong side, is still found in the right place.
 *
 * <pre>{@code
 * GridCapsuleDetector cells = GridCapsuleDetector.builder().image(3, 192, 256).classes(3).build();
 * }</pre>
 */
public final class GridCapsuleDetector extends Detector {

  static final ModelFile<GridCapsuleDetectorArchitecture, GridCapsuleDetector> FILE =
      new ModelFile<>(
          GridCapsuleDetectorArchitecture.class,
          "GridCapsuleDetector",
          a -> a.backbone().pixels(),
          a -> a.backbone().leastNumbers(),
          GridCapsuleDetector::new,
          a -> a.backbone().type());

  /** In cells: half of one beyond each border. */
  private static final double REACH = 2;

  private static final double INITIAL_SIZE = 0.2;

  private final GridCapsuleDetectorArchitecture architecture;
  private final ConvCapsules2d classes;

  /**
   * A network with random weights.
   *
   * @param architecture its sizes
   * @param seed of its weights: the same seed gives the same network
   */
  public GridCapsuleDetector(GridCapsuleDetectorArchitecture architecture, long seed) {
    this(architecture, Init.seed(seed).type(architecture.backbone().type()));
  }

  private GridCapsuleDetector(GridCapsuleDetectorArchitecture architecture, Init init) {
    super(
        architecture.backbone(),
        architecture.head(),
        architecture.backbone().gridHeight(),
        architecture.backbone().gridWidth(),
        REACH,
        INITIAL_SIZE,
        init);
    this.architecture = architecture;
    DetectorHead h = architecture.head();
    int kernel = architecture.kernel();
    classes =
        child(
            "classes",
            new ConvCapsules2d(
                primary(),
                h.classes(),
                h.classDim(),
                kernel,
                Conv2dSpec.UNIT.withPadding(kernel / 2),
                new DenseVotes(),
                h.routing(),
                init));
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
  public GridCapsuleDetectorArchitecture architecture() {
    return architecture;
  }

  @Override
  public int rows() {
    return backbone().gridHeight();
  }

  @Override
  public int columns() {
    return backbone().gridWidth();
  }

  @Override
  Capsules classes(Capsules primary) {
    return classes.forward(primary);
  }

  /** {@inheritDoc} This network has none. */
  @Override
  public Optional<Variable> reconstruct(Capsules found, INDArray present) {
    return Optional.empty();
  }

  /** {@inheritDoc} Of several objects of a class in a cell it takes the largest. */
  @Override
  public SampleEncoder<DetectionSample> encoder(List<String> classNames) {
    return new GridBoxes(classNames, rows(), columns());
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
  public static GridCapsuleDetector load(Path file) throws IOException {
    return FILE.network(file, Safetensors.read(file));
  }

  /** Builds a {@link GridCapsuleDetector} of any size. */
  public static final class Builder extends DetectorBuilder<Builder> {

    private static final int ITERATIONS = 3;

    private int kernel = 1;

    private Builder() {
      super(new DynamicRouting(ITERATIONS).withLeak());
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * The side of the square of cells whose primary capsules vote for the class capsules in its
     * middle.
     *
     * @param side odd; 1 unless set
     * @return this
     */
    public Builder kernel(int side) {
      kernel = side;
      return this;
    }

    /**
     * The sizes alone, which cost nothing.
     *
     * @return the architecture
     * @throws IllegalArgumentException if a size is wrong
     */
    public GridCapsuleDetectorArchitecture architecture() {
      return new GridCapsuleDetectorArchitecture(backbone(), head(), kernel);
    }

    /**
     * Builds the network.
     *
     * @return a network with random weights
     * @throws IllegalArgumentException as {@link #architecture()}
     */
    public GridCapsuleDetector build() {
      return new GridCapsuleDetector(architecture(), seed());
    }
  }
}
