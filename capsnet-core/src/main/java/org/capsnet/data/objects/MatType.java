package org.capsnet.data.objects;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** How a MATLAB file of level 5 stores numbers, which need not be how MATLAB held them. */
enum MatType {
  INT8(1, 1),
  UINT8(2, 1),
  INT16(3, 2),
  UINT16(4, 2),
  INT32(5, 4),
  UINT32(6, 4),
  SINGLE(7, 4),
  DOUBLE(9, 8),
  INT64(12, 8),
  UINT64(13, 8);

  /** Up to here a double has every whole number. */
  private static final long MOST_EXACT = 1L << 53;

  private final int code;
  private final int bytes;

  MatType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  static Optional<MatType> of(int code) {
    return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
  }

  int bytes() {
    return bytes;
  }

  double get(ByteBuffer data, int place) {
    return switch (this) {
      case INT8 -> data.get(place);
      case UINT8 -> data.get(place) & 0xFF;
      case INT16 -> data.getShort(place);
      case UINT16 -> Short.toUnsignedInt(data.getShort(place));
      case INT32 -> data.getInt(place);
      case UINT32 -> Integer.toUnsignedLong(data.getInt(place));
      case SINGLE -> data.getFloat(place);
      case DOUBLE -> data.getDouble(place);
      case INT64, UINT64 -> data.getLong(place);
    };
  }

  /** Whether each number is one that a double has exactly; of 64 bits not all are. */
  boolean isExact(ByteBuffer data) {
    if (this != INT64 && this != UINT64) {
      return true;
    }
    for (int at = 0; at < data.limit(); at += bytes) {
      long value = data.getLong(at);
      if (value > MOST_EXACT || value < (this == INT64 ? -MOST_EXACT : 0)) {
        return false;
      }
    }
    return true;
  }
}
