package org.capsnet.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
