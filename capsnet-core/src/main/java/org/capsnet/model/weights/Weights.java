package org.capsnet.model.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.capsnet.autograd.Scope;
import org.capsnet.io.FormatException;
import org.capsnet.io.Hdf5;
import org.capsnet.io.Inputs;
import org.capsnet.io.Npz;
import org.capsnet.io.Safetensors;
import org.capsnet.model.Network;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Weights from other tools and for them: safetensors, NumPy's {@code .npz}, and in alone HDF5 as
 * Keras writes it.
 *
 * <pre>{@code
 * EfficientCapsNet net = EfficientCapsNet.Config.smallNorb().build(0);
 * NameMap names = KnownNames.efficientCapsNet(net.architecture());
 * Weights.load(net, Path.of("efficient_capsnet_SMALLNORB.h5"), names);
 * }</pre>
 *
 * <p>A network that this library saved is read by {@link Network#load}, which needs no architecture
 * and no names.
 */
public final class Weights {

  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final byte[] EMPTY_ZIP = {'P', 'K', 5, 6};
  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'};
  private static final String NPZ = ".npz";

  private Weights() {}

  /**
   * Reads the arrays of a file, of whichever of the formats its first bytes are.
   *
   * @param file a file of safetensors, {@code .npz} or HDF5
   * @return the arrays by their names in the file, in c order
   * @throws FormatException if it is no such file
   * @throws IllegalStateException if it is of HDF5 and {@code io.jhdf:jhdf} is not on the class
   *     path
   * @throws IOException if it cannot be read
   */
  public static Map<String, INDArray> read(Path file) throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(Inputs.notFolder(file))) {
      start = in.readNBytes(HDF5.length);
    }
    if (Arrays.equals(start, HDF5)) {
      return Hdf5.read(file);
    }
    byte[] four = Arrays.copyOf(start, ZIP.length);
    return Arrays.equals(four, ZIP) || Arrays.equals(four, EMPTY_ZIP)
        ? Npz.read(file)
        : Safetensors.read(file).tensors();
  }

  /**
   * Writes the arrays of a network under its own names, for other tools.
   *
   * @param file ends in {@code .npz}, or else is a file of safetensors, which {@link Network#load}
   *     reads, too; replaced as a whole or not at all
   * @param net any
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, Network<?> net) throws IOException {
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(NPZ)) {
      Npz.write(file, net.state());
    } else {
      net.save(file);
    }
  }

  /**
   * Gives a network the weights of a file that has its names, as {@link #write} writes them.
   *
   * @param net has the architecture of the weights
   * @param file a file of safetensors, {@code .npz} or HDF5
   * @throws FormatException as {@link #load(Network, Path, NameMap)}
   * @throws IOException if it cannot be read
   */
  public static void load(Network<?> net, Path file) throws IOException {
    load(net, file, NameMap.same(net.stateShapes().keySet()));
  }

  /**
   * Gives a network the weights of a file.
   *
   * @param net has the architecture of the weights
   * @param file a file of safetensors, {@code .npz} or HDF5
   * @param names which array of the file is which one of the network
   * @throws FormatException if it is no such file; if anything is missing, left over or of another
   *     shape, all of which the message lists; or if numbers are not finite, or none that the
   *     network computes with. The network is as it was then
   * @throws IllegalStateException if it is of HDF5 and {@code io.jhdf:jhdf} is not on the class
   *     path
   * @throws IOException if it cannot be read
   */
  public static void load(Network<?> net, Path file, NameMap names) throws IOException {
    Map<String, INDArray> theirs = read(file);
    try (Scope laidOut = Scope.open()) {
      net.loadState(names.apply(theirs, net.stateShapes()));
    } catch (IllegalArgumentException e) {
      throw new FormatException(
          file,
          "it does not fit this %s: %s".formatted(net.getClass().getSimpleName(), e.getMessage()),
          e);
    } finally {
      theirs.values().forEach(INDArray::close);
    }
  }
}
