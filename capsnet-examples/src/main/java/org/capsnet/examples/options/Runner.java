package org.capsnet.examples.options;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.capsnet.train.DivergedException;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * Runs the main classes: an error that the user can correct is one line, any other a stack trace.
 */
public final class Runner {

  /** The exit status after a failure. */
  public static final int FAILED = 1;

  private static final int WRONG_ARGUMENTS = 2;

  /** As of a process that Ctrl-C ended. */
  private static final int INTERRUPTED = 130;

  private Runner() {}

  /** Runs a command and returns its exit status. */
  public static int run(Callable<Integer> command, String... args) {
    return line(command).execute(args);
  }

  /** A command, and all below it, to be executed so. */
  public static CommandLine line(Object command) {
    return new CommandLine(command)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(100)
        .setExecutionStrategy(Runner::runWithBackend)
        .setParameterExceptionHandler(
            (failure, given) -> {
              CommandLine line = failure.getCommandLine();
              List<String> unknown = line.getUnmatchedArguments();
              String what =
                  failure instanceof CommandLine.MissingParameterException && !unknown.isEmpty()
                      ? "Unknown: " + String.join(", ", unknown) + ". " + failure.getMessage()
                      : failure.getMessage();
              complain(line, what + " (see --help)");
              return WRONG_ARGUMENTS;
            })
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              if (failure instanceof CancellationException) {
                return INTERRUPTED;
              }
              if (!isPlain(failure)) {
                throw failure;
              }
              complain(line, message(failure));
              return failure instanceof Ranges.WrongOption ? WRONG_ARGUMENTS : FAILED;
            });
  }

  private static int runWithBackend(ParseResult parsed) {
    Optional<String> fault = computes(parsed) ? Backend.fault() : Optional.empty();
    if (fault.isPresent()) {
      complain(parsed.commandSpec().commandLine(), fault.get());
      return FAILED;
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /**
   * Whether a command is to compute, as one does that is called and not only run, or to be told of.
   */
  public static boolean computes(ParseResult parsed) {
    List<CommandLine> asked = parsed.asCommandLineList();
    return asked.get(asked.size() - 1).getCommand() instanceof Callable
        && asked.stream()
            .noneMatch(line -> line.isUsageHelpRequested() || line.isVersionHelpRequested());
  }

  private static void complain(CommandLine line, String message) {
    line.getErr().println(line.getColorScheme().errorText(message));
  }

  /** A state that was not caused by a failure below is one that the user asked for. */
  private static boolean isPlain(Exception failure) {
    return failure instanceof IOException
        || failure instanceof UncheckedIOException
        || failure instanceof IllegalArgumentException
        || failure instanceof DivergedException
        || (failure instanceof IllegalStateException && failure.getCause() == null);
  }

  /** What is told of a failure, in a line. */
  public static String message(Exception failure) {
    if (failure instanceof UncheckedIOException unchecked) {
      return message(unchecked.getCause());
    }
    if (failure instanceof FileSystemException file && file.getReason() == null) {
      return file.getFile() + ": " + reason(file);
    }
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  /** The system's own exceptions for files have a path for a message, and no words. */
  private static String reason(FileSystemException failure) {
    if (failure instanceof NoSuchFileException) {
      return "there is no such file or folder";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "there is a file where a folder should be";
    }
    return failure instanceof AccessDeniedException
        ? "access is denied"
        : failure.getClass().getSimpleName();
  }
}
