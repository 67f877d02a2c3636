package org.capsnet.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.capsnet.io.Architectures;
import org.capsnet.io.FormatException;
import org.capsnet.io.Kinds;
import org.capsnet.io.Safetensors;
import org.capsnet.nn.Init;
import org.capsnet.nn.Memory;
import org.capsnet.nn.Module;
import org.capsnet.train.Checkpointing;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * How a kind of network is kept in a safetensors file: its state as tensors and its architecture,
 * from which an empty network is built before the state is read into it, as text.
 *
 * @param architecture its class, which tells the kinds apart
 * @param kind the kind in words, for messages
 * @param image the numbers of an image
 * @param least the numbers that one image takes at least, itself included
 * @param build a network of an architecture
 * @param type of its numbers
 * @param <A> the architecture
 * @param <M> the network
 */
record ModelFile<A extends Record, M extends Module>(
    Class<A> architecture,
    String kind,
    ToLongFunction<A> image,
    ToLongFunction<A> least,
    BiFunction<A, Init, M> build,
    Function<A, DataType> type) {

  /**
   * The architecture of the network that a file holds, of whichever kind it is.
   *
   * @throws FormatException if the file holds none
   */
  static Record read(Path file, Safetensors.Contents contents) throws FormatException {
    try {
      return Architectures.read(contents.metadata(), Record.class);
    } catch (IllegalArgumentException e) {
      throw new FormatException(file, e.getMessage(), e);
    }
  }

  /** Writes a network, whole or not at all, with all that is said of it. */
  static void write(Path file, Module network, Map<String, String> metadata) throws IOException {
    Safetensors.write(file, network.state(), new TreeMap<>(metadata));
  }

  /**
   * The network that a file holds, be it a checkpoint of its training, in evaluation mode; the
   * tensors read from it are closed.
   *
   * @throws FormatException if the file holds no such network
   */
  M network(Path file, Safetensors.Contents stored) throws FormatException {
    Safetensors.Contents contents = Checkpointing.modelIn(stored);
    try {
      A own = own(file, contents.metadata());
      M network = build.apply(own, Init.shapesOnly(type.apply(own)));
      network.adopt(contents.tensors());
      Memory.requireImage(image.applyAsLong(own), least.applyAsLong(own), Float.BYTES);
      network.eval();
      return network;
    } catch (ArithmeticException e) {
      throw new FormatException(file, "the architecture is too large to be counted", e);
    } catch (IllegalArgumentException e) {
      throw new FormatException(file, e.getMessage(), e);
    }
  }

  private A own(Path file, Map<String, String> metadata) throws FormatException {
    Record found = Architectures.read(metadata, Record.class);
    if (!architecture.isInstance(found)) {
      throw new FormatException(
          file,
          "holds no %s but another network, %s"
              .formatted(kind, Kinds.nameOf(found.getClass()).orElseThrow()));
    }
    return architecture.cast(found);
  }
}
