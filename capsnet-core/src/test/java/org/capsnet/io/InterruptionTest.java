package org.capsnet.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An interrupted thread saves and loads as any other, and stays interrupted. */
class InterruptionTest {

  @TempDir private Path folder;

  @AfterEach
  void clearTheFlag() {
    assertThat(Thread.interrupted()).as("the flag is still set").isTrue();
  }

  @Test
  void aFileIsWrittenBeforeAndDuringAnInterruption() throws IOException {
    Thread.currentThread().interrupt();
    Path file = folder.resolve("file");
    AtomicFiles.write(
        file,
        out -> {
          out.write(new byte[1 << 20]);
          Thread.interrupted();
          out.write(new byte[1 << 20]);
          Thread.currentThread().interrupt();
          out.write(new byte[1 << 20]);
        });
    assertThat(file).hasSize(3 << 20);
    assertThat(folder.toFile().list()).containsExactly("file");
  }

  @Test
  void tensorsAreWrittenAndRead() throws IOException {
    INDArray numbers = Nd4j.createFromArray(1f, 2f, 3f);
    Path file = folder.resolve("numbers.safetensors");
    Thread.currentThread().interrupt();
    Safetensors.write(file, Map.of("numbers", numbers), Map.of("a", "b"));
    Safetensors.Contents contents = Safetensors.read(file);
    assertThat(contents.tensors().get("numbers").toFloatVector()).containsExactly(1, 2, 3);
    assertThat(contents.metadata()).isEqualTo(Map.of("a", "b"));
  }

  @Test
  void aFolderIsLockedAndUnlocked() throws IOException {
    Thread.currentThread().interrupt();
    FolderLock.of(folder).close();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatAnInterruptionCutIsBegunAgain() throws IOException {
    int[] runs = new int[1];
    String result =
        Uninterrupted.run(
            () -> {
              if (runs[0]++ < 2) {
                Thread.currentThread().interrupt();
                throw new ClosedByInterruptException();
              }
              assertThat(Thread.currentThread().isInterrupted()).isFalse();
              return "done";
            });
    assertThat(result).isEqualTo("done");
    assertThat(runs[0]).isEqualTo(3);
  }
}
