package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.capsnet.testing.ForkedJvm;
import org.capsnet.testing.ForkedJvm.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** In a process of its own, since what else lies in the library's heaps counts. */
@EnabledOnOs(OS.LINUX)
class NativeRoomTest {

  private static final String FAULTS = "page faults: ";
  private static final long PAGE = 4096;

  /** Prints how many pages of a block are new as it is taken and freed for the third time. */
  static final class Main {

    private static final long BLOCK = 24L << 20;

    private Main() {}

    public static void main(String[] args) throws IOException {
      Threads.applyToNd4j();
      Pointer.free(Pointer.malloc(31L << 20)); // from now on, blocks are of heaps
      Pointer inUse = Pointer.malloc(BLOCK);
      Pointer alsoInUse = Pointer.malloc(BLOCK);
      long faults = 0;
      for (int time = 0; time < 3; time++) {
        long before = faults();
        Pointer block = Pointer.malloc(BLOCK);
        Pointer.memset(block, 1, BLOCK);
        Pointer.free(block);
        faults = faults() - before;
      }
      System.out.println(FAULTS + faults);
      Pointer.free(inUse);
      Pointer.free(alsoInUse);
    }

    /** Of this thread. */
    private static long faults() throws IOException {
      String state = Files.readString(Path.of("/proc/thread-self/stat"));
      return Long.parseLong(state.substring(state.lastIndexOf(')') + 2).split(" ", -1)[7]);
    }
  }

  @Test
  void aBlockThatIsTakenAgainHasItsPages() throws Exception {
    Outcome outcome =
        ForkedJvm.run(
            Main.class,
            List.of(),
            environment -> environment.keySet().removeIf(name -> name.startsWith("MALLOC_")));
    assertThat(outcome.status()).as("%s", outcome.lines()).isZero();
    assertThat(Long.parseLong(outcome.after(FAULTS).get(0))).isLessThan(Main.BLOCK / PAGE / 10);
  }
}
