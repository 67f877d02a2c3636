package org.capsnet.train.tensorboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.capsnet.nn.Parameter;
import org.capsnet.train.EpochReport;
import org.capsnet.train.EpochStart;
import org.capsnet.train.History;
import org.capsnet.train.IterationReport;
import org.capsnet.train.Trainable;
import org.capsnet.train.TrainingListener;

/**
 * Shows a training in TensorBoard.
 *
 * <pre>{@code
 * trainer.listener(TensorBoard.in(Path.of("runs", "mnist", "board")));
 * // tensorboard --logdir runs
 * }</pre>
 *
 * <p>The step of everything is the number of training steps done. Each step gives {@code
 * batch/train_loss}, the other numbers of its {@link IterationReport}, {@code batch/learning_rate}
 * and {@code batch/images_per_second}, that of the epoch so far; each epoch {@code
 * epoch/train_loss}, {@code epoch/validation_loss} and all others of its {@link EpochReport}, and a
 * histogram of each parameter, {@code weights/classes.weight}, as it was judged. How the training
 * is set is the text {@code settings}. A number that is NaN is left out.
 *
 * <p>The file is flushed after each epoch. A training that is resumed goes on in a file of its own,
 * at its step; what an interrupted one did after the checkpoint is no longer shown, and of a
 * training that starts again in the same folder nothing of the one before it is.
 */
public final class TensorBoard implements TrainingListener {

  private static final String BATCH = "batch/";
  private static final String EPOCH = "epoch/";
  private static final String WEIGHTS = "weights/";
  private static final String SETTINGS = "settings";
  private static final String SPEED = "images_per_second";
  private static final String RATE = "learning_rate";

  private final Path folder;
  private final List<Panel> panels = new ArrayList<>();
  private Map<String, String> settings = Map.of();
  private int every = 1;

  /** Those of the training that goes on; the writer is null before its first epoch. */
  private Trainable model;

  private EventWriter events;
  private long step;

  private TensorBoard(Path folder) {
    this.folder = Objects.requireNonNull(folder, "folder");
  }

  /**
   * A listener for one training at a time.
   *
   * @param folder of the run, made if it is missing; several runs are compared in folders beside
   *     each other
   * @return the listener
   */
  public static TensorBoard in(Path folder) {
    return new TensorBoard(folder);
  }

  /**
   * Writes the numbers of one step in so many.
   *
   * @param steps at least 1, the default
   * @return this
   */
  public TensorBoard every(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("every: expected at least 1, got " + steps);
    }
    every = steps;
    return this;
  }

  /**
   * Adds what only some networks have, after each epoch.
   *
   * @param panel writes it
   * @return this
   */
  public TensorBoard panel(Panel panel) {
    panels.add(Objects.requireNonNull(panel, "panel"));
    return this;
  }

  // ---------------------------------------------------------------- the training

  /** Writes, or fails as listeners do. */
  private interface Writing {
    void run() throws IOException;
  }

  private static void write(Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void onSettings(Map<String, String> all) {
    settings = all;
  }

  @Override
  public void onFitStart(Trainable trained) {
    model = trained;
  }

  @Override
  public void onEpochStart(EpochStart start) {
    if (events == null) {
      step = start.iterations();
      write(this::begin);
    }
  }

  private void begin() throws IOException {
    events = EventWriter.in(folder);
    // What is of the last step before a resumption stays.
    events.start(step == 0 ? 0 : step + 1);
    if (!settings.isEmpty()) {
      events.text(SETTINGS, list(settings), step);
    }
    events.flush();
  }

  /** A list of Markdown, with values as they are. */
  private static String list(Map<String, String> facts) {
    return facts.entrySet().stream()
        .map(e -> "- **" + e.getKey() + "**: `` " + e.getValue().replaceAll("\\R", " ") + " ``")
        .collect(Collectors.joining("\n"));
  }

  @Override
  public void onIteration(IterationReport report) {
    step = report.iteration();
    if (step % every == 0) {
      Map<String, Double> numbers = new LinkedHashMap<>();
      report.metrics().forEach((name, value) -> put(numbers, BATCH + name, value));
      put(numbers, BATCH + RATE, report.learningRate());
      put(numbers, BATCH + SPEED, report.imagesPerSecond());
      write(() -> events.scalars(numbers, step));
    }
  }

  @Override
  public void onEpochEnd(EpochReport report) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    report.metrics().forEach((name, value) -> put(numbers, EPOCH + name, value));
    put(numbers, EPOCH + RATE, report.learningRate());
    put(numbers, EPOCH + SPEED, report.imagesPerSecond());
    put(numbers, EPOCH + "seconds", report.seconds());
    write(
        () -> {
          events.scalars(numbers, step);
          for (Map.Entry<String, Parameter> e : model.module().parameters().entrySet()) {
            events.histogram(WEIGHTS + e.getKey(), e.getValue().value(), step);
          }
          for (Panel panel : panels) {
            panel.write(events, step);
          }
          events.flush();
        });
  }

  private static void put(Map<String, Double> numbers, String tag, double value) {
    if (!Double.isNaN(value)) {
      numbers.put(tag, value);
    }
  }

  @Override
  public void onFitEnd(History history) {
    model = null;
    settings = Map.of();
    if (events != null) {
      EventWriter ended = events;
      events = null;
      write(ended::close);
    }
  }
}
