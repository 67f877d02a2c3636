package org.capsnet.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.capsnet.data.medical.MedMnist;
import org.capsnet.io.FormatException;
import org.capsnet.testing.ForkedJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small files that truly hold more than the memory, read by a JVM that has little. */
class BombsTest {

  private static final int MIB = 1 << 20;
  private static final String NOT_FITTING =
      ": it does not fit into the memory that this JVM has left";

  @TempDir Path folder;

  /** Reads a file, or a pair of files, and says what came of it. */
  static final class Reader {

    private Reader() {}

    public static void main(String... files) throws IOException {
      try {
        int count =
            files.length == 1
                ? MedMnist.read(Path.of(files[0])).train().count()
                : IdxReader.read(Path.of(files[0]), Path.of(files[1]), List.of("only")).count();
        System.out.println("READ " + count);
      } catch (FormatException e) {
        System.out.println("FAULT " + e.getMessage());
      }
    }
  }

  private static ForkedJvm.Outcome run(Path... files) throws Exception {
    String[] names = new String[files.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = files[i].toString();
    }
    List<String> flags = List.of("-Xmx64m", "-XX:+UseSerialGC");
    return ForkedJvm.run(Reader.class, flags, names);
  }

  private static void assertFault(ForkedJvm.Outcome outcome, String message) {
    assertThat(outcome.status()).as("%s", outcome).isZero();
    assertThat(outcome.after("FAULT ")).singleElement().asString().startsWith(message);
  }

  private static void zeros(OutputStream out, int count) throws IOException {
    byte[] block = new byte[MIB];
    for (int left = count; left > 0; left -= block.length) {
      out.write(block, 0, Math.min(left, block.length));
    }
  }

  private Path idx(int magic, int... sizes) throws IOException {
    Path file = folder.resolve(magic + ".gz");
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(new GZIPOutputStream(Files.newOutputStream(file))))) {
      out.writeInt(magic);
      int length = 1;
      for (int size : sizes) {
        out.writeInt(size);
        length *= size;
      }
      zeros(out, length);
    }
    assertThat(Files.size(file)).isLessThan(100_000);
    return file;
  }

  /** What is let in by half of the memory must not need all of it. */
  @Test
  void idxImagesOfNearlyHalfTheMemoryAreRead() throws Exception {
    ForkedJvm.Outcome outcome = run(idx(2051, 30, 1024, 1024), idx(2049, 30));
    assertThat(outcome.after("READ ")).as("%s", outcome).containsExactly("30");
  }

  @Test
  void idxImagesOfMoreAreRefusedByTheHeader() throws Exception {
    Path images = idx(2051, 70, 1024, 1024);
    assertFault(
        run(images, idx(2049, 70)),
        images + ": its header states [70, 1024, 1024], more than the ");
  }

  /** A label takes more in memory than in the file. */
  @Test
  void idxLabelsThatDoNotFit() throws Exception {
    Path images = idx(2051, 9 * MIB, 1, 1);
    assertFault(run(images, idx(2049, 9 * MIB)), images + NOT_FITTING);
  }

  private Path npz(int images, int side) throws IOException {
    Path file = folder.resolve("bomb.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String part : List.of("train", "val", "test")) {
        array(zip, part + "_images.npy", images, side, side);
        array(zip, part + "_labels.npy", images, 1);
      }
    }
    assertThat(Files.size(file)).isLessThan(150_000);
    return file;
  }

  private static void array(ZipOutputStream zip, String name, int... sizes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    StringBuilder shape = new StringBuilder();
    int length = 1;
    for (int size : sizes) {
      shape.append(size).append(", ");
      length *= size;
    }
    String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (" + shape + "), }";
    byte[] bytes = header.getBytes(StandardCharsets.US_ASCII);
    zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) bytes.length, 0});
    zip.write(bytes);
    zeros(zip, length);
  }

  @Test
  void npzPartsThatDoNotFitTogether() throws Exception {
    Path file = npz(30, 1024);
    assertFault(run(file), file + NOT_FITTING);
  }

  @Test
  void npzLabelsThatDoNotFit() throws Exception {
    Path file = npz(4 * MIB, 1);
    assertFault(run(file), file + NOT_FITTING);
  }
}
