package org.capsnet.examples.cli;

import org.capsnet.examples.options.Runner;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line: capsule networks for a folder of pictures, without a line of Java. */
@Command(
    name = "capsnet",
    sortOptions = false,
    versionProvider = Version.class,
    description = "Trains capsule networks on pictures, asks them, and shows what they see.",
    subcommands = {
      TrainCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      ExplainCommand.class,
      ExportCommand.class,
      SummaryCommand.class,
      ExploreCommand.class,
      CompletionCommand.class
    },
    footer = {
      "",
      "capsnet COMMAND --help tells more. The exit status is 0 where all went well, 1 after a"
          + " failure, 2 after a wrong option, 130 after Ctrl-C."
    })
public final class Capsnet implements Runnable {

  @Spec private CommandSpec spec;

  @Option(
      names = "--help",
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Shows this help and ends.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  @Option(names = "--version", versionHelp = true, description = "Shows the version and ends.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean version;

  /**
   * Runs a command.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    CommandLine line = Runner.line(new Capsnet());
    IExecutionStrategy here = line.getExecutionStrategy();
    line.setExecutionStrategy(
        parsed ->
            Runner.computes(parsed) && Restart.isDue() ? Restart.run(args) : here.execute(parsed));
    System.exit(line.execute(args));
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "expected a command: " + String.join(", ", spec.subcommands().keySet()));
  }
}
