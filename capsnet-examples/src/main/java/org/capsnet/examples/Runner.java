package org.capsnet.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.capsnet.train.DivergedException;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** Runs the mains: what a user can mend is one line, anything else a stack trace. */
final class Runner {

  private static final int FAILED = 1;

  private Runner() {}

  /** Runs a command and returns its exit status. */
  static int run(Callable<Integer> command, String... args) {
    return new CommandLine(command)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(100)
        .setExecutionStrategy(Runner::runWithBackend)
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              if (!isPlain(failure)) {
                throw failure;
              }
              line.getErr().println(line.getColorScheme().errorText(message(failure)));
              return FAILED;
            })
        .execute(args);
  }

  private static int runWithBackend(ParseResult parsed) {
    CommandLine line = parsed.commandSpec().commandLine();
    boolean computes = !parsed.isUsageHelpRequested();
    Optional<String> fault = computes ? Backend.fault() : Optional.empty();
    if (fault.isPresent()) {
      line.getErr().println(line.getColorScheme().errorText(fault.get()));
      return FAILED;
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static boolean isPlain(Exception failure) {
    return failure instanceof IOException
        || failure instanceof UncheckedIOException
        || failure instanceof IllegalArgumentException
        || failure instanceof IllegalStateException
        || failure instanceof DivergedException;
  }

  private static String message(Exception failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
