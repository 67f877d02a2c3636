package org.capsnet.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.capsnet.io.AtomicFiles;

/**
 * What a training came to.
 *
 * @param epochs the epochs that were finished, those before a resumption included; an epoch cut
 *     short has no row
 * @param iterations the steps done, those of an epoch cut short included
 * @param stopReason why it ended
 */
public record History(List<EpochReport> epochs, int iterations, StopReason stopReason) {

  /**
   * Copies the list.
   *
   * @param epochs the finished epochs
   * @param iterations the steps done
   * @param stopReason why it ended
   */
  public History {
    epochs = List.copyOf(epochs);
  }

  /**
   * The best epoch; the first of equals.
   *
   * @param metric by which
   * @return the epoch; empty if none was finished or none has the metric
   */
  public Optional<EpochReport> best(Metric metric) {
    return metric.best(epochs, 0).stream().mapToObj(epochs::get).findFirst();
  }

  /**
   * Writes the epochs as a table with a header line, whole or not at all. A number that an epoch
   * does not have is left empty.
   *
   * @param file the file, as {@code history.csv}; replaced if it exists
   * @throws IOException if it cannot be written
   */
  public void writeCsv(Path file) throws IOException {
    AtomicFiles.write(
        file, out -> out.write(HistoryCsv.write(epochs).getBytes(StandardCharsets.UTF_8)));
  }

  /** As {@code epochs 3, steps 12, ended by EPOCHS}; {@link #writeCsv} has each epoch. */
  @Override
  public String toString() {
    return "epochs %d, steps %d, ended by %s".formatted(epochs.size(), iterations, stopReason);
  }
}
