package org.capsnet.examples.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what a shell completes commands by. */
@Command(
    name = "completion",
    description = {
      "Prints a script by which bash and zsh complete commands and options.",
      "It is for a command of the name capsnet, such as: alias capsnet='java -jar capsnet.jar'"
    },
    footer = {"", "Example:", "  source <(capsnet completion)"})
final class CompletionCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    System.out.print(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
  }
}
