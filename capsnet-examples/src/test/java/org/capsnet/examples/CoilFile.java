package org.capsnet.examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file in the form of COIL-20, with images that a test makes. */
final class CoilFile {

  static final int OBJECTS = 20;
  static final int VIEWS = 72;

  private static final int SIDE = 32;
  private static final int PIXELS = SIDE * SIDE;

  private CoilFile() {}

  /** Makes an image. */
  @FunctionalInterface
  interface Picture {
    /** The 32×32 pixels, row by row, of an object from 0 that is turned by some degrees. */
    byte[] of(int object, int azimuth);
  }

  static Path write(Path folder, Picture picture) throws IOException {
    int count = OBJECTS * VIEWS;
    ByteBuffer mat =
        ByteBuffer.allocate(128 + 2 * 64 + count * (PIXELS + 1)).order(ByteOrder.LITTLE_ENDIAN);
    mat.put("MATLAB 5.0 MAT-file".getBytes(StandardCharsets.ISO_8859_1));
    mat.position(124).putShort((short) 0x0100).put((byte) 'I').put((byte) 'M');
    array(mat, 'X', count, PIXELS);
    int start = mat.position();
    for (int i = 0; i < count; i++) {
      byte[] rows = picture.of(i / VIEWS, i % VIEWS * 360 / VIEWS);
      for (int p = 0; p < PIXELS; p++) {
        mat.put(start + p * count + i, rows[p % SIDE * SIDE + p / SIDE]);
      }
    }
    mat.position(start + count * PIXELS);
    array(mat, 'Y', count, 1);
    for (int i = 0; i < count; i++) {
      mat.put((byte) (1 + i / VIEWS));
    }
    return Files.write(folder.resolve("COIL20.mat"), mat.array());
  }

  /** The head of a matrix of doubles that are stored as bytes. */
  private static void array(ByteBuffer mat, char name, int rows, int columns) {
    mat.putInt(14).putInt(56 + rows * columns);
    mat.putInt(6).putInt(8).putInt(6).putInt(0);
    mat.putInt(5).putInt(8).putInt(rows).putInt(columns);
    mat.putInt(1).putInt(1).putLong(name);
    mat.putInt(2).putInt(rows * columns);
  }
}
