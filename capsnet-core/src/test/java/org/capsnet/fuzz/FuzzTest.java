package org.capsnet.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Some hundred changed inputs a reader, always the same ones; {@link FuzzMain} goes on from there.
 */
class FuzzTest {

  private static final int INPUTS = 300;
  private static final int WEIGHTS = 3000;

  @TempDir private Path folder;

  static List<Target> readers() throws Exception {
    return Readers.all();
  }

  @ParameterizedTest
  @MethodSource("readers")
  void eachInputGivesAValueOrAnIoException(Target target) throws Exception {
    Fuzzer fuzzer = new Fuzzer(target, 11, folder);
    fuzzer.feed(0, INPUTS);
    assertThat(fuzzer.failures()).isEmpty();
    assertThat(fuzzer.inputs()).isEqualTo(INPUTS);
  }

  /** Of weights that others hand over, and of events that TensorBoard reads. */
  @ParameterizedTest
  @ValueSource(strings = {"safetensors", "numpy", "hdf5", "events"})
  void soDoThousandsOfInputsOfWeightsAndEvents(String name) throws Exception {
    Target target =
        Readers.all().stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
    Fuzzer fuzzer = new Fuzzer(target, 15, folder);
    fuzzer.feed(0, WEIGHTS);
    assertThat(fuzzer.failures()).isEmpty();
    assertThat(fuzzer.inputs()).isEqualTo(WEIGHTS);
  }

  /** The harness itself sees what it is there for. */
  @Test
  void aReaderThatFailsIsSeen() throws Exception {
    Target.Reading reading =
        (where, input) -> {
          if (input.length != 1) {
            throw new IllegalArgumentException("length");
          }
        };
    Fuzzer fuzzer = new Fuzzer(new Target("bad", List.of(new byte[1]), reading), 1, folder);
    fuzzer.feed(0, 50);
    assertThat(fuzzer.failures()).isNotEmpty();
    assertThat(fuzzer.failures().get(0).fault()).startsWith("java.lang.IllegalArgumentException");
    assertThat(fuzzer.input(7)).isEqualTo(fuzzer.input(7));
  }

  /** As it sees a file that is left open, and none that was closed. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aReaderThatLeavesAFileOpenIsSeen() throws Exception {
    List<InputStream> open = new ArrayList<>();
    Target.Reading reading =
        (where, input) -> {
          Path file = Files.write(where.resolve("input"), input);
          InputStream stream = Files.newInputStream(file);
          if (open.isEmpty()) {
            open.add(stream);
          } else {
            stream.close();
          }
        };
    Target target = new Target("open", List.of(new byte[1]), reading);
    Fuzzer fuzzer = new Fuzzer(target, 1, folder);
    fuzzer.feed(0, 5);
    assertThat(fuzzer.failures()).hasSize(1);
    assertThat(fuzzer.failures().get(0).fault()).startsWith("open after 5: ").contains("input");

    open.get(0).close();
    Fuzzer again = new Fuzzer(target, 1, folder);
    again.feed(0, 5);
    assertThat(again.failures()).isEmpty();
  }
}
