package org.capsnet.examples.comparison;

import java.io.IOException;
import java.nio.file.Path;
import org.capsnet.io.Kinds;

/**
 * What one learning rate came to, as its file has it.
 *
 * @param settings what it depends on
 * @param fault why the training ended before it was done; empty if it did not
 * @param rate the learning rate
 * @param validation accuracy on the validation images after the last epoch, from 0 to 1
 * @param trained images a second in the fastest epoch
 */
record Trial(String settings, String fault, double rate, double validation, double trained)
    implements ResultFile.Content {

  static {
    Kinds.register("comparison-trial", Trial.class);
  }

  boolean isWhole() {
    return fault.isEmpty();
  }

  /** What failed. */
  String words() {
    return "learning rate " + rate + ": " + fault;
  }

  /** Writes it, as a whole or not at all. */
  void write(Path file) throws IOException {
    ResultFile.write(file, this);
  }

  /** Reads what was written of the same settings. */
  static Trial read(Path file, String settings) throws IOException {
    return ResultFile.read(file, Trial.class, settings);
  }
}
