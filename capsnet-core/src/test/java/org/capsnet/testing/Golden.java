package org.capsnet.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.capsnet.autograd.Scope;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A golden file: inputs, outputs and gradients of one building block, computed in double precision
 * by PyTorch's autograd. A name that ends in {@code _grad} is the gradient of the array without it.
 */
public final class Golden {

  private static final Pattern HEADER =
      Pattern.compile(
          "'descr': '(?<type>[^']+)', 'fortran_order': False, 'shape': \\((?<shape>[^)]*)\\)");
  private static final int MAGIC_AND_LENGTH = 10;

  private final String name;
  private final Map<String, INDArray> arrays = new HashMap<>();

  private Golden(String name) {
    this.name = name;
  }

  /**
   * Reads a golden file from the test resources.
   *
   * @param name without folder and ending: {@code squash}
   * @return its arrays
   */
  public static Golden read(String name) {
    Golden golden = new Golden(name);
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name + ".npz")) {
      assertThat(in).as("golden file " + name).isNotNull();
      ZipInputStream zip = new ZipInputStream(in);
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        golden.arrays.put(entry.getName().replaceFirst("\\.npy$", ""), array(zip.readAllBytes()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return golden;
  }

  /**
   * An array of the file.
   *
   * @param array its name there
   * @param type the type wanted, whatever the file's
   * @return a copy that belongs to no scope
   */
  public INDArray get(String array, DataType type) {
    assertThat(arrays).as(name).containsKey(array);
    return Scope.copyDetached(arrays.get(array).castTo(type));
  }

  /**
   * An array of the file, in double precision.
   *
   * @param array its name there
   * @return a copy that belongs to no scope
   */
  public INDArray get(String array) {
    return get(array, DataType.DOUBLE);
  }

  /**
   * A single number of the file.
   *
   * @param array its name there
   * @return the number
   */
  public double number(String array) {
    return get(array).getDouble(0);
  }

  /**
   * Fails unless an array is the golden one: to 1e-9 in double and 1e-4 in float, relative to each
   * element or to the mean size of all of them, whichever is larger.
   *
   * @param array the golden array's name
   * @param actual what was computed
   */
  public void assertClose(String array, INDArray actual) {
    INDArray expected = get(array);
    assertThat(actual.shape()).as("shape of " + array).isEqualTo(expected.shape());
    double relative = actual.dataType() == DataType.DOUBLE ? 1e-9 : 1e-4;
    double size = expected.norm1Number().doubleValue() / expected.length();
    for (long i = 0; i < expected.length(); i++) {
      long[] at = Shape.ind2subC(expected.shape(), i);
      double e = expected.getDouble(at);
      double a = actual.getDouble(at);
      assertThat(Math.abs(a - e))
          .as("%s of %s at %s: expected %s, got %s", array, name, Arrays.toString(at), e, a)
          .isLessThanOrEqualTo(relative * Math.max(size, Math.abs(e)));
    }
  }

  private static INDArray array(byte[] npy) {
    ByteBuffer bytes = ByteBuffer.wrap(npy).order(ByteOrder.LITTLE_ENDIAN);
    int headerLength = bytes.getShort(MAGIC_AND_LENGTH - Short.BYTES);
    String header = new String(npy, MAGIC_AND_LENGTH, headerLength, StandardCharsets.ISO_8859_1);
    Matcher matcher = HEADER.matcher(header);
    assertThat(matcher.find()).as("npy header " + header).isTrue();
    long[] shape =
        Pattern.compile(",")
            .splitAsStream(matcher.group("shape"))
            .filter(s -> !s.isBlank())
            .mapToLong(s -> Long.parseLong(s.strip()))
            .toArray();
    boolean integer = matcher.group("type").equals("<i8");
    assertThat(integer || matcher.group("type").equals("<f8")).as(header).isTrue();
    bytes.position(MAGIC_AND_LENGTH + headerLength);
    double[] values = new double[bytes.remaining() / Double.BYTES];
    for (int i = 0; i < values.length; i++) {
      values[i] = integer ? bytes.getLong() : bytes.getDouble();
    }
    return Nd4j.create(values, new long[] {values.length}, DataType.DOUBLE).reshape('c', shape);
  }
}
