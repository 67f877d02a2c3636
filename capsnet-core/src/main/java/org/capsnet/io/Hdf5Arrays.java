package org.capsnet.io;

import io.jhdf.ObjectHeader;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.message.DataLayoutMessage;
import io.jhdf.object.message.DataLayoutMessage.CompactDataLayoutMessage;
import io.jhdf.object.message.DataLayoutMessage.ContiguousDataLayoutMessage;
import io.jhdf.object.message.DataSpaceMessage;
import io.jhdf.object.message.DataTypeMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Turns the data sets of an HDF5 file into arrays. */
final class Hdf5Arrays {

  /** The group of weights in the file of a whole model of Keras. */
  private static final String MODEL = "model_weights/";

  private final Hdf5Storage storage;
  private final Map<String, INDArray> arrays;

  /** The bytes that arrays may still take: together no more than the file. */
  private long room;

  private Hdf5Arrays(Hdf5Storage storage, Map<String, INDArray> arrays) {
    this.storage = storage;
    this.arrays = arrays;
    room = storage.size();
  }

  /**
   * Reads a file.
   *
   * @throws RuntimeException of any kind if it is not one that can be read
   */
  static Map<String, INDArray> read(byte[] bytes) {
    Hdf5Storage storage = new Hdf5Storage(bytes);
    return AllOrNone.of(arrays -> new Hdf5Arrays(storage, arrays).addAll());
  }

  private void addAll() {
    Map<String, ObjectHeader> datasets = Hdf5Groups.datasets(storage);
    String root = datasets.keySet().stream().anyMatch(name -> name.startsWith(MODEL)) ? MODEL : "";
    datasets.forEach(
        (name, header) -> {
          if (name.startsWith(root)) {
            arrays.put(name.substring(root.length()), array(name, header));
          }
        });
  }

  private INDArray array(String name, ObjectHeader header) {
    DataType type = header.getMessageOfType(DataTypeMessage.class).getDataType();
    org.nd4j.linalg.api.buffer.DataType numbers = numbers(type);
    if (numbers == null) {
      throw new IllegalArgumentException(
          name + ": expected floats, doubles, or whole numbers of 4 or 8 bytes, little-endian");
    }
    long[] shape =
        header.getMessageOfType(DataSpaceMessage.class).getDataSpace().getDimensionsAsLong();
    long length = type.getSize();
    for (long axis : shape) {
      length = Math.multiplyExact(length, axis);
    }
    if (length < 1) {
      throw new IllegalArgumentException(name + " holds no numbers");
    }
    room -= length;
    if (room < 0) {
      throw new IllegalArgumentException(
          "its arrays take more bytes than it has: the same numbers have several names");
    }
    return ArrayBytes.of(numbers, shape, data(name, header, length));
  }

  private ByteBuffer data(String name, ObjectHeader header, long length) {
    DataLayoutMessage layout = header.getMessageOfType(DataLayoutMessage.class);
    if (layout instanceof ContiguousDataLayoutMessage one) {
      return storage.map(one.getAddress(), length);
    }
    if (layout instanceof CompactDataLayoutMessage small
        && small.getDataBuffer().remaining() >= length) {
      return small.getDataBuffer().slice(0, (int) length);
    }
    throw new IllegalArgumentException(
        "%s: expected numbers in one piece, as h5py writes them by default, got them %s: use h5repack -f NONE -l CONTI"
            .formatted(name, layout.getDataLayout()));
  }

  /** Null if it is another type. */
  private static org.nd4j.linalg.api.buffer.DataType numbers(DataType type) {
    if (type instanceof FloatingPoint real && real.getByteOrder() == ByteOrder.LITTLE_ENDIAN) {
      if (isIeee(real, Float.BYTES, 23, 8, Float.MAX_EXPONENT)) {
        return org.nd4j.linalg.api.buffer.DataType.FLOAT;
      }
      if (isIeee(real, Double.BYTES, 52, 11, Double.MAX_EXPONENT)) {
        return org.nd4j.linalg.api.buffer.DataType.DOUBLE;
      }
    }
    if (type instanceof FixedPoint whole
        && whole.getByteOrder() == ByteOrder.LITTLE_ENDIAN
        && whole.getBitOffset() == 0
        && whole.getBitPrecision() == Byte.SIZE * whole.getSize()) {
      if (whole.getSize() == Integer.BYTES) {
        return whole.isSigned()
            ? org.nd4j.linalg.api.buffer.DataType.INT32
            : org.nd4j.linalg.api.buffer.DataType.UINT32;
      }
      if (whole.getSize() == Long.BYTES) {
        return whole.isSigned()
            ? org.nd4j.linalg.api.buffer.DataType.INT64
            : org.nd4j.linalg.api.buffer.DataType.UINT64;
      }
    }
    return null;
  }

  private static boolean isIeee(
      FloatingPoint type, int bytes, int mantissa, int exponent, int bias) {
    return type.getSize() == bytes
        && type.getBitOffset() == 0
        && type.getBitPrecision() == Byte.SIZE * bytes
        && type.getMantissaLocation() == 0
        && type.getMantissaSize() == mantissa
        && type.getExponentLocation() == mantissa
        && type.getExponentSize() == exponent
        && type.getExponentBias() == bias
        && type.getSignLocation() == Byte.SIZE * bytes - 1;
  }
}
