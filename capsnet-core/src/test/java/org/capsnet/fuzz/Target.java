package org.capsnet.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A reader under attack.
 *
 * @param name what it is known by
 * @param seeds whole inputs, which are taken as they are and then changed
 * @param reading what reads an input
 */
public record Target(String name, List<byte[]> seeds, Reading reading) {

  /** Reads an input. */
  @FunctionalInterface
  public interface Reading {
    /**
     * Reads to the end.
     *
     * @param folder a place for files, the same in each call
     * @param input the bytes
     * @throws IOException if they are no such thing
     */
    void read(Path folder, byte[] input) throws IOException;
  }

  /** The same reader with the input put into something first, as bytes into a packed file. */
  Target named(String other, List<byte[]> inputs, Wrapping wrapping) {
    return new Target(other, inputs, (folder, input) -> reading.read(folder, wrapping.wrap(input)));
  }

  /** Makes a whole file of a part of it. */
  @FunctionalInterface
  interface Wrapping {
    /** The file. */
    byte[] wrap(byte[] part) throws IOException;
  }
}
