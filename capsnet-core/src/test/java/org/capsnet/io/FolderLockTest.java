package org.capsnet.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {

  @TempDir private Path folder;

  /** A process that locks the folder of its argument, says so, and waits to be ended. */
  static final class Holder {

    private Holder() {}

    /**
     * Locks.
     *
     * @param args the folder
     */
    public static void main(String[] args) throws IOException {
      try (FolderLock lock = FolderLock.of(Path.of(args[0]))) {
        System.out.println("locked");
        System.in.read();
      }
      System.out.println("unlocked");
    }
  }

  private Process hold() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(says(process).readLine()).isEqualTo("locked");
    return process;
  }

  private static BufferedReader says(Process process) {
    return process.inputReader(StandardCharsets.UTF_8);
  }

  private void assertIsFree() throws IOException {
    FolderLock.of(folder).close();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void oneRunAtATimeInThisProcess() throws IOException {
    Path other =
        Files.createSymbolicLink(folder.resolveSibling(folder.getFileName() + "x"), folder);
    try (FolderLock lock = FolderLock.of(folder)) {
      for (Path name :
          new Path[] {folder, other, folder.resolve("..").resolve(folder.getFileName())}) {
        assertThatIllegalStateException()
            .isThrownBy(() -> FolderLock.of(name))
            .withMessage(name + " is in use by another run, of this process");
      }
    } finally {
      Files.delete(other);
    }
    assertIsFree();
  }

  @Test
  void oneRunAtATimeAmongProcesses() throws Exception {
    Process holder = hold();
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatIllegalStateException()
          .isThrownBy(() -> FolderLock.of(folder))
          .withMessage(folder + " is in use by another run, of process " + holder.pid());
    }
    holder.getOutputStream().close();
    assertThat(says(holder).readLine()).isEqualTo("unlocked");
    assertThat(holder.waitFor()).isZero();
    assertIsFree();
  }

  @Test
  void aKilledRunLocksNothing() throws Exception {
    Process holder = hold();
    holder.destroyForcibly().waitFor();
    assertThat(folder).isNotEmptyDirectory();
    assertIsFree();
  }

  /** A refused attempt must not give up the lock of this process for the others. */
  @Test
  void aRefusalLeavesTheLockInPlace() throws Exception {
    try (FolderLock lock = FolderLock.of(folder)) {
      assertThatIllegalStateException().isThrownBy(() -> FolderLock.of(folder));
      Process other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Holder.class.getName(),
                  folder.toString())
              .redirectErrorStream(true)
              .start();
      assertThat(says(other).readLine())
          .contains("in use by another run, of process " + ProcessHandle.current().pid());
      assertThat(other.waitFor()).isNotZero();
    }
  }

  /** Takes a folder again and again, while another does so too. */
  static final class Contender {

    private static final int TIMES = 4000;

    private Contender() {}

    /**
     * Locks and unlocks, and says how often it was refused.
     *
     * @param args the folder
     */
    public static void main(String[] args) throws IOException {
      System.out.println("begins");
      System.out.println("refused " + contend(Path.of(args[0])));
    }

    static int contend(Path folder) throws IOException {
      int refused = 0;
      for (int i = 0; i < TIMES; i++) {
        try (FolderLock lock = FolderLock.of(folder)) {
          assertThat(folder).isNotEmptyDirectory();
        } catch (IllegalStateException e) {
          refused++;
        }
      }
      return refused;
    }
  }

  /** Who is refused reads who has it, just as that one may delete the file. */
  @Test
  void twoThatContendAreGivenItOrToldThatItIsInUse() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Contender.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(says(other).readLine()).isEqualTo("begins");
    Contender.contend(folder);
    assertThat(says(other).readLine()).startsWith("refused ");
    assertThat(other.waitFor()).isZero();
    assertIsFree();
  }

  @Test
  void aFileThatNeverStaysAsItWasEndsTheAttempts() throws IOException {
    assertThatIOException()
        .isThrownBy(() -> FolderLock.first(Optional::empty))
        .withMessage("its file .capsnet.lock changed at each of 1000 attempts");
    int[] left = {999};
    assertThat(FolderLock.first(() -> left[0]-- > 0 ? Optional.empty() : Optional.of("it")))
        .isEqualTo("it");
  }
}
