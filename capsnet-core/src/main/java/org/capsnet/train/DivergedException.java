package org.capsnet.train;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A loss or a parameter became NaN or infinite, and training stopped.
 *
 * @serial exclude
 */
@SuppressWarnings("InvalidBlockTag") // it is allowed there, and keeps a page out of the Javadoc
public final class DivergedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int iteration;
  private final int epoch;
  private final String operation;
  private final String layer;
  private final String checkpoint;

  DivergedException(
      String what, int iteration, int epoch, NonFiniteSource source, Optional<Path> last) {
    super(
        "step %s (epoch %s): %s; the first value that is not finite is of %s, nearest layer %s; %s"
            .formatted(
                iteration,
                epoch,
                what,
                source.operation(),
                source.layer(),
                last.map(path -> "last good checkpoint: " + path)
                    .orElse("there is no checkpoint to go back to")));
    this.iteration = iteration;
    this.epoch = epoch;
    this.operation = source.operation();
    this.layer = source.layer();
    this.checkpoint = last.map(Path::toString).orElse(null);
  }

  /**
   * The step.
   *
   * @return its number over all epochs, from 1
   */
  public int iteration() {
    return iteration;
  }

  /**
   * The epoch.
   *
   * @return its number, from 1
   */
  public int epoch() {
    return epoch;
  }

  /**
   * What made the first value that is not finite.
   *
   * @return as {@code operation log[32, 10]}, {@code parameter stem.weight} or {@code an input
   *     constant[32, 784]}
   */
  public String operation() {
    return operation;
  }

  /**
   * The layer, or layers, whose parameters are nearest to that operation.
   *
   * @return their dotted names, joined by commas; {@code none} if no parameter went into it
   */
  public String layer() {
    return layer;
  }

  /**
   * The checkpoint to go back to.
   *
   * @return its file; empty if none was written
   */
  public Optional<Path> lastCheckpoint() {
    return Optional.ofNullable(checkpoint).map(Path::of);
  }
}
