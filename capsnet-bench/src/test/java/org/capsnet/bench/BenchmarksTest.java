package org.capsnet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.capsnet.bench.process.ComputeJvm;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

class BenchmarksTest {

  @Test
  void theFlagsAreThoseThatTheTestsRunWith() {
    assertThat(ComputeJvm.FLAGS).hasSizeGreaterThan(1);
    assertThat(ManagementFactory.getRuntimeMXBean().getInputArguments())
        .containsAll(ComputeJvm.FLAGS);
  }

  @Test
  void jmhForksJvmsWithTheseFlags() throws CommandLineOptionException {
    CommandLineOptions options =
        new CommandLineOptions(Benchmarks.withFlags("RoutingBenchmark", "-p", "batch=128"));
    assertThat(options.getJvmArgs().get()).containsExactlyElementsOf(ComputeJvm.FLAGS);
    assertThat(options.getIncludes()).containsExactly("RoutingBenchmark");
  }

  @Test
  void jmhTakesOtherFlagsInTheirPlace() throws CommandLineOptionException {
    CommandLineOptions options = new CommandLineOptions(Benchmarks.withFlags("-jvmArgs", "-Xmx2g"));
    assertThat(options.getJvmArgs().get()).containsExactly("-Xmx2g");
  }
}
