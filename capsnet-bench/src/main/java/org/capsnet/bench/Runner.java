package org.capsnet.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Runs the main classes, each with {@code --help}: an error that the user can correct is one line,
 * any other a stack trace.
 */
final class Runner {

  private static final int FAILED = 1;

  private Runner() {}

  /** Runs a command and returns its exit status. */
  static int run(Callable<Integer> command, String... args) {
    CommandLine commandLine = new CommandLine(command);
    commandLine.getCommandSpec().addOption(help());
    return commandLine
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(100)
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              if (!isPlain(failure)) {
                throw failure;
              }
              line.getErr().println(line.getColorScheme().errorText(failure.getMessage()));
              return FAILED;
            })
        .execute(args);
  }

  private static OptionSpec help() {
    return OptionSpec.builder("--help")
        .usageHelp(true)
        .description("Shows this help and ends.")
        .build();
  }

  private static boolean isPlain(Exception failure) {
    return failure instanceof IOException
        || failure instanceof IllegalArgumentException
        || failure instanceof IllegalStateException;
  }
}
