package org.capsnet.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {

  @TempDir Path folder;

  @Test
  void writesAndReplaces() throws IOException {
    Path file = folder.resolve("a").resolve("b").resolve("file.txt");
    AtomicFiles.write(file, out -> out.write("one".getBytes(UTF_8)));
    AtomicFiles.write(file, out -> out.write("two".getBytes(UTF_8)));
    assertThat(file).hasContent("two");
    assertThat(file.getParent().toFile().list()).containsExactly("file.txt");
  }

  @Test
  void takesAWriterThatClosesItsStream() throws IOException {
    Path file = folder.resolve("file.txt");
    AtomicFiles.write(
        file,
        out -> {
          out.write("closed".getBytes(UTF_8));
          out.close();
        });
    assertThat(file).hasContent("closed");
  }

  @Test
  void aWriterThatFailsLeavesTheOldFileAndNothingBeside() throws IOException {
    Path file = folder.resolve("file.txt");
    Files.writeString(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("cut");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("cut");
    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("file.txt");
  }

  @Test
  void leftoversOfAKilledWriterCanBeDeleted() throws IOException {
    Path kept = Files.writeString(folder.resolve("kept.tmp"), "mine");
    AtomicFiles.write(
        folder.resolve("file.txt"),
        out -> {
          try (var beside = Files.list(folder)) {
            for (Path leftover : beside.filter(p -> !p.equals(kept)).toList()) {
              Files.copy(leftover, folder.resolve(".capsnet-killed.tmp"));
            }
          }
        });
    assertThat(folder.resolve(".capsnet-killed.tmp")).exists();
    AtomicFiles.deleteLeftovers(folder);
    AtomicFiles.deleteLeftovers(folder.resolve("missing"));
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("kept.tmp", "file.txt");
  }

  // ---------------------------------------------------------------- what was there

  @Test
  void theNewFileHasTheOldOnesPermissions() throws IOException {
    Path file = Files.writeString(folder.resolve("file.txt"), "old");
    assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"));
    for (String permissions : List.of("rw-------", "rw-rw-rw-", "r--r-----", "rwxr-xr-x")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
      AtomicFiles.write(
          file,
          out -> {
            out.write("new".getBytes(UTF_8));
            try (Stream<Path> all = Files.list(folder)) {
              Path aside = all.filter(path -> path.toString().endsWith(".tmp")).findAny().get();
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(aside)))
                  .as("while it is written")
                  .isEqualTo("rw-------");
            }
          });
      assertThat(file).hasContent("new");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo(permissions);
    }
  }

  @Test
  void aFileThatIsNewHasWhatEveryNewFileHas() throws IOException {
    Path plain = Files.writeString(folder.resolve("plain.txt"), "");
    assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"));
    Path file = folder.resolve("file.txt");
    AtomicFiles.write(file, out -> out.write(1));
    assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(plain));
  }

  @Test
  void whatALinkPointsToIsWritten() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path target = elsewhere.resolve("target.txt");
    Path second = Files.createSymbolicLink(elsewhere.resolve("second"), Path.of("target.txt"));
    Path first = Files.createSymbolicLink(folder.resolve("first"), second);
    for (String text : List.of("new", "replaced")) { // at first there is no target
      AtomicFiles.write(first, out -> out.write(text.getBytes(UTF_8)));
      assertThat(first).isSymbolicLink().hasContent(text);
      assertThat(second).isSymbolicLink();
      assertThat(target).hasContent(text);
    }
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("elsewhere", "first");
    assertThat(elsewhere.toFile().list()).containsExactlyInAnyOrder("target.txt", "second");
  }

  @Test
  void linksInACircleAreAnError() throws IOException {
    Path a = folder.resolve("a");
    Path b = Files.createSymbolicLink(folder.resolve("b"), a);
    Files.createSymbolicLink(a, b);
    assertThatThrownBy(() -> AtomicFiles.write(a, out -> out.write(1)))
        .isInstanceOf(FileSystemLoopException.class)
        .hasMessageContaining(a.toString());
  }

  // ---------------------------------------------------------------- a full disk

  /** Writes more than a limit of its process allows. */
  static final class TooMuch {

    private TooMuch() {}

    /**
     * Prints what the failure says.
     *
     * @param args the file
     */
    public static void main(String[] args) {
      try {
        AtomicFiles.write(Path.of(args[0]), 300_000, out -> out.write(new byte[300_000]));
        System.out.println("written");
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void aDiskThatTakesNoMoreIsToldWithTheFileAndHowMuchItTook() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")));
    Path file = Files.writeString(folder.resolve("file.txt"), "old");
    Process process =
        new ProcessBuilder(
                "/bin/bash",
                "-c",
                "ulimit -f 100; exec \"$@\"",
                "bash",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                TooMuch.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(process.inputReader(UTF_8).readLine())
        .matches(
            "cannot write \\Q"
                + file
                + "\\E: .+, after \\d+ of 300000 bytes; its disk has \\d+ bytes free");
    assertThat(process.waitFor()).isZero();
    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("file.txt");
  }
}
