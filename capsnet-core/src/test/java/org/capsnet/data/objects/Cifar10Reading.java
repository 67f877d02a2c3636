package org.capsnet.data.objects;

import java.io.IOException;
import java.nio.file.Path;

/** Reads small files of CIFAR-10's format, for tests outside this package. */
public final class Cifar10Reading {

  private Cifar10Reading() {}

  /** A file of one record. */
  public static byte[] sample() {
    byte[] record = new byte[1 + 3 * 32 * 32];
    record[0] = 9;
    return record;
  }

  /** Reads {@code test_batch.bin}, of one record, and {@code batches.meta.txt}. */
  public static void read(Path folder) throws IOException {
    new Cifar10(folder, 1).test();
  }
}
