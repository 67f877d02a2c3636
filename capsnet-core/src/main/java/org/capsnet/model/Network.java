package org.capsnet.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.capsnet.autograd.Finite;
import org.capsnet.io.Architectures;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.Memory;
import org.capsnet.nn.Module;
import org.capsnet.nn.PartialLoad;
import org.capsnet.nn.Setting;
import org.capsnet.train.Checkpointing;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network that can be saved and loaded: a module that was built from an {@link Architecture}.
 *
 * <pre>{@code
 * CapsNet net =
 *     CapsNet.Config.paper()
 *         .with("image", new ImageShape(3, 48, 48))
 *         .with("classes", 5)
 *         .build(0);
 * net.save(Path.of("flowers.safetensors"));
 * CapsNet again = Network.load(Path.of("flowers.safetensors"), CapsNet.class);
 * }</pre>
 *
 * <p>What a network can do it says by the interfaces that it implements, such as {@link
 * Classifier}.
 *
 * @param <A> the record that it is built from
 */
public abstract class Network<A extends Architecture<?, A>> extends Module {

  private final A architecture;
  private final DataType type;

  /**
   * For subclasses.
   *
   * @param architecture what the network is built from
   * @param init where the numbers of the network come from
   */
  protected Network(A architecture, Init init) {
    init.beginNetwork();
    this.architecture = Objects.requireNonNull(architecture, "architecture");
    type = init.type();
  }

  /** {@return what this network was built from} */
  public final A architecture() {
    return architecture;
  }

  /**
   * {@inheritDoc}
   *
   * @return by default that of the losses, as the ability of the network states it
   */
  @Override
  protected Cost cost(Setting setting) {
    return this instanceof Ability able ? able.lossCost() : Cost.NONE;
  }

  /** {@return FLOAT or DOUBLE, the type of its numbers} */
  public final DataType type() {
    return type;
  }

  /**
   * What the network is made of and what it needs, a table to print.
   *
   * @return layers, output shapes, parameters, memory, and multiply-adds
   */
  public final Summary summary() {
    return Summary.of(this, architecture.input());
  }

  /**
   * Writes weights and architecture to a safetensors file.
   *
   * @param file replaced as a whole or not at all
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if something in the architecture has no name in files
   */
  public final void save(Path file) throws IOException {
    save(file, Map.of());
  }

  /**
   * Writes weights, architecture, and what else is said of the network.
   *
   * @param file replaced as a whole or not at all
   * @param more text by key
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if something in the architecture has no name in files
   */
  public final void save(Path file, Map<String, String> more) throws IOException {
    save(file, more, type);
  }

  /**
   * Writes the network with numbers of another type, such as {@link DataType#FLOAT16}, which takes
   * half the bytes and keeps 11 bits of each. They are converted back where they are loaded: only
   * from doubles does {@link #load} make a network of doubles.
   *
   * @param file replaced as a whole or not at all
   * @param more text by key
   * @param stored FLOAT, DOUBLE, HALF or BFLOAT16
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if something in the architecture has no name in files, the
   *     type is another one, or a number is beyond its range
   */
  public final void save(Path file, Map<String, String> more, DataType stored) throws IOException {
    Map<String, String> all = new TreeMap<>(more);
    if (Architectures.isIn(more)) {
      throw new IllegalArgumentException(
          "metadata: expected keys other than those of architectures, got " + more.keySet());
    }
    all.putAll(metadata());
    Safetensors.write(file, stateAs(stored), all);
  }

  private Map<String, INDArray> stateAs(DataType stored) {
    if (!stored.isFPType()) {
      throw new IllegalArgumentException(
          "type: expected FLOAT, DOUBLE, HALF or BFLOAT16, got " + stored);
    }
    Map<String, INDArray> state = new LinkedHashMap<>(state());
    if (stored != type) {
      state.replaceAll((name, array) -> as(stored, name, array));
    }
    return state;
  }

  private static INDArray as(DataType stored, String name, INDArray array) {
    INDArray converted = array.castTo(stored);
    if (!Finite.all(converted)) {
      throw new IllegalArgumentException(
          "%s: expected numbers in the range of %s, got up to %s"
              .formatted(name, stored, array.amaxNumber()));
    }
    return converted;
  }

  /**
   * What {@link #save} writes beside the weights: the architecture. Checkpoints of a training that
   * have it, by {@link org.capsnet.train.Trainer#metadata}, can be loaded as a file of the network.
   *
   * @return text by key
   * @throws IllegalArgumentException if something in the architecture has no name in files
   */
  public final Map<String, String> metadata() {
    return Architectures.write(architecture);
  }

  /**
   * Rebuilds a network from a file that {@link #save} wrote, or from a checkpoint of its training.
   *
   * @param file a safetensors file, of this version or an earlier one
   * @return the network, of whatever class it is, in evaluation mode
   * @throws FormatException if it is no such file
   * @throws IOException if it cannot be read
   */
  public static Network<?> load(Path file) throws IOException {
    return load(file, Network.class);
  }

  /**
   * Rebuilds a network of a class, or with an ability.
   *
   * @param file a safetensors file, of this version or an earlier one
   * @param kind the class, or an interface such as {@link Classifier}
   * @param <N> the class
   * @return the network, in evaluation mode
   * @throws FormatException if it is no such file, or holds another network
   * @throws IOException if it cannot be read
   */
  public static <N> N load(Path file, Class<N> kind) throws IOException {
    return of(file, Safetensors.read(file), kind);
  }

  /**
   * The network in a file that lies beside its class, among the resources of a library.
   *
   * @param kind its class
   * @param name of the file
   * @param <N> the class
   * @return the network, in evaluation mode
   * @throws IllegalStateException if there is no such resource, or no such network in it: the
   *     library was not put together as it should be
   */
  protected static <N extends Network<?>> N resource(Class<N> kind, String name) {
    try (InputStream in = kind.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("there is no resource %s of %s".formatted(name, kind));
      }
      Path file = Path.of(name);
      return of(file, Safetensors.read(file, in.readAllBytes()), kind);
    } catch (IOException e) {
      throw new IllegalStateException("the resource %s of %s: %s".formatted(name, kind, e), e);
    }
  }

  /**
   * Takes over what fits of another network's weights, by name and shape: how the training of a
   * network goes on from one for other classes. The architecture in the file does not matter.
   *
   * @param file a safetensors file of a network, of this version or an earlier one, or a checkpoint
   *     of its training
   * @return what was loaded, and what was not
   * @throws FormatException if it is no such file, nothing of it fits, or a tensor that does cannot
   *     be used; nothing is changed then
   * @throws IOException if it cannot be read
   */
  public final PartialLoad loadMatching(Path file) throws IOException {
    Safetensors.Contents stored = Safetensors.read(file);
    try {
      return loadMatching(Checkpointing.modelIn(stored).tensors());
    } catch (IllegalArgumentException e) {
      throw new FormatException(file, e.getMessage(), e);
    } finally {
      stored.tensors().values().forEach(INDArray::close);
    }
  }

  /** The network that a file holds, which has been read; its tensors are the network's now. */
  static <N> N of(Path file, Safetensors.Contents stored, Class<N> kind) throws FormatException {
    try {
      Network<?> network = of(stored, kind);
      int width = network.type().width();
      // Of sizes that no tensor shows, as those of images: could one be looked at?
      long made = network.summary().predictionBytes(1) / width;
      Memory.requireImage(network.architecture().input().numbers(), made, width);
      return kind.cast(network);
    } catch (IllegalArgumentException e) {
      throw refused(file, stored, e.getMessage(), e);
    } catch (ArithmeticException e) {
      throw refused(file, stored, "the architecture is too large to be counted", e);
    }
  }

  private static FormatException refused(
      Path file, Safetensors.Contents stored, String why, RuntimeException cause) {
    stored.tensors().values().forEach(INDArray::close);
    return new FormatException(file, why, cause);
  }

  private static Network<?> of(Safetensors.Contents stored, Class<?> kind) {
    Safetensors.Contents contents = Checkpointing.modelIn(stored);
    Architecture<?, ?> architecture = Architectures.read(contents.metadata(), Architecture.class);
    // Shapes first: nothing is allocated on the word of a file.
    Network<?> network = built(architecture, DataType.FLOAT);
    if (isDouble(network, contents)) {
      network = built(architecture, DataType.DOUBLE);
    }
    if (!kind.isInstance(network)) {
      throw new IllegalArgumentException(
          "holds a %s, which is no %s"
              .formatted(network.getClass().getSimpleName(), kind.getSimpleName()));
    }
    network.adopt(contents.tensors());
    network.eval();
    return network;
  }

  /** In shapes. An architecture of somebody's own may fail in any way at what a file says. */
  private static Network<?> built(Architecture<?, ?> architecture, DataType type) {
    try {
      return architecture.build(Init.shapesOnly(type));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("the network cannot be built: " + e, e);
    }
  }

  /** Whether the parameters in a file are of doubles, all of them. */
  private static boolean isDouble(Network<?> network, Safetensors.Contents contents) {
    return network.parameters().keySet().stream()
        .map(contents.tensors()::get)
        .allMatch(tensor -> tensor != null && tensor.dataType() == DataType.DOUBLE);
  }
}
