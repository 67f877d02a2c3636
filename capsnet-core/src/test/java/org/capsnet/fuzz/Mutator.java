package org.capsnet.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Changes inputs at random, in the ways in which files are damaged and forged. */
final class Mutator {

  /** What sizes and offsets overflow at, or exhaust memory. */
  private static final long[] EXTREMES = {
    0,
    1,
    -1,
    127,
    128,
    255,
    256,
    32767,
    32768,
    46341,
    65535,
    65536,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xFFFFFFFFL,
    1L << 32,
    1L << 48,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-1",
          "2147483647",
          "2147483648",
          "9223372036854775807",
          "46341",
          "1e308",
          "1e999",
          "-0",
          "NaN",
          "0.5",
          "99999999999999999999999999",
          "7".repeat(5000));

  private static final List<String> SCRAPS =
      List.of(
          "",
          "\"",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "<",
          ">",
          "&#0;",
          "\\u0000",
          "\n",
          "\r",
          "\u0000",
          "null",
          "true",
          "[1,true]",
          "{\"a\":",
          "../",
          "ï»¿",
          "\u00ff\u00fe");

  private static final Pattern NUMBER = Pattern.compile("-?\\d+");

  private static final int MOST_BYTES = 1 << 18;
  private static final int MOST_REPEATS = 3000;
  private static final int HEADER = 64;

  private final Random random;

  Mutator(Random random) {
    this.random = random;
  }

  /**
   * One to four changes of an input, some of them with pieces of another, or one number alone: what
   * is otherwise whole gets furthest.
   */
  byte[] mutate(byte[] seed, byte[] other) {
    if (random.nextInt(3) == 0) {
      return withNumber(seed);
    }
    byte[] bytes = seed;
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      bytes = change(bytes.length == 0 ? seed : bytes, other);
    }
    return bytes;
  }

  private byte[] change(byte[] bytes, byte[] other) {
    return switch (random.nextInt(9)) {
      case 0 -> flipped(bytes);
      case 1 -> replaced(bytes, place(bytes), 1, new byte[] {(byte) random.nextInt(256)});
      case 2 -> replaced(bytes, random.nextInt(bytes.length), bytes.length, new byte[0]);
      case 3 -> spliced(bytes, other);
      case 4 -> withExtreme(bytes);
      case 5 -> repeated(bytes);
      case 6 -> withNumber(bytes);
      case 7 -> {
        byte[] scrap = SCRAPS.get(random.nextInt(SCRAPS.size())).getBytes(ISO_8859_1);
        yield replaced(bytes, place(bytes), random.nextInt(3), scrap);
      }
      default -> {
        int from = random.nextInt(bytes.length);
        yield replaced(bytes, from, random.nextInt(Math.min(64, bytes.length - from) + 1), NONE);
      }
    };
  }

  private static final byte[] NONE = {};

  /** A place, every other time in the head of the file, where sizes stand. */
  private int place(byte[] bytes) {
    return random.nextInt(random.nextBoolean() ? Math.min(HEADER, bytes.length) : bytes.length);
  }

  private byte[] flipped(byte[] bytes) {
    byte[] copy = bytes.clone();
    int flips = 1 + random.nextInt(8);
    for (int i = 0; i < flips; i++) {
      copy[place(copy)] ^= (byte) (1 << random.nextInt(8));
    }
    return copy;
  }

  private byte[] spliced(byte[] bytes, byte[] other) {
    if (other.length == 0) {
      return bytes;
    }
    int from = random.nextInt(other.length);
    int count = 1 + random.nextInt(Math.min(512, other.length - from));
    byte[] piece = java.util.Arrays.copyOfRange(other, from, from + count);
    return replaced(bytes, random.nextInt(bytes.length), random.nextInt(count + 1), piece);
  }

  private byte[] withExtreme(byte[] bytes) {
    int width = 1 << random.nextInt(4);
    if (bytes.length < width) {
      return flipped(bytes);
    }
    ByteOrder order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    long value = EXTREMES[random.nextInt(EXTREMES.length)];
    ByteBuffer number = ByteBuffer.allocate(width).order(order);
    switch (width) {
      case 1 -> number.put((byte) value);
      case 2 -> number.putShort((short) value);
      case 4 -> number.putInt((int) value);
      default -> number.putLong(value);
    }
    int at = Math.min(place(bytes), bytes.length - width);
    return replaced(bytes, at, width, number.array());
  }

  private byte[] repeated(byte[] bytes) {
    int from = random.nextInt(bytes.length);
    int count = 1 + random.nextInt(Math.min(64, bytes.length - from));
    int times = random.nextInt(10) == 0 ? MOST_REPEATS : 1 + random.nextInt(8);
    byte[] block = new byte[Math.min(count * times, MOST_BYTES)];
    for (int i = 0; i < block.length; i++) {
      block[i] = bytes[from + i % count];
    }
    return replaced(bytes, from, 0, block);
  }

  /** Another number in a text. */
  private byte[] withNumber(byte[] bytes) {
    Matcher numbers = NUMBER.matcher(new String(bytes, ISO_8859_1));
    int found = (int) numbers.results().count();
    if (found == 0) {
      return withExtreme(bytes);
    }
    int chosen = random.nextInt(found);
    numbers.reset();
    for (int i = 0; i <= chosen; i++) {
      numbers.find();
    }
    byte[] number = NUMBERS.get(random.nextInt(NUMBERS.size())).getBytes(ISO_8859_1);
    return replaced(bytes, numbers.start(), numbers.end() - numbers.start(), number);
  }

  private static byte[] replaced(byte[] bytes, int at, int count, byte[] by) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, at);
    out.writeBytes(by);
    int rest = Math.min(bytes.length, at + count);
    out.write(bytes, rest, bytes.length - rest);
    return out.size() > MOST_BYTES ? bytes : out.toByteArray();
  }
}
