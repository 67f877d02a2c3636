package org.capsnet.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.capsnet.bench.measure.Summary;
import org.capsnet.bench.process.Launch;
import org.capsnet.bench.process.LineProcess;

/**
 * Times from the start of a fresh process: to the first prediction of a saved network, and to the
 * first training step at full speed. The paper's CapsNet, in a file that this library has written
 * and others read too.
 */
public final class Starts implements AutoCloseable {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MILLIS_PER_SECOND = 1e3;

  /** How far above the median of the later steps full speed begins. */
  private static final double FULL_SPEED = 1.1;

  private final Path saved;

  /**
   * Saves the network.
   *
   * @throws IOException if it cannot be written
   */
  public Starts() throws IOException {
    saved = Files.createTempFile("capsnet-start", ".safetensors");
    Contest.CAPSNET.build().network().save(saved);
  }

  /**
   * How a training begins.
   *
   * @param firstStep seconds from the start of the process to the end of the first step
   * @param fullSpeed seconds to the end of the first step that takes at most a tenth longer than
   *     the median of the second half of the steps
   * @param stepsBefore the steps before that one
   * @param step that median, in milliseconds
   */
  public record Training(double firstStep, double fullSpeed, int stepsBefore, double step) {}

  /**
   * How a prediction begins, in seconds.
   *
   * @param first from the start of the process to the first prediction
   * @param main from the JVM's start, which is a little later, to its main method
   * @param loaded from there to the loaded network
   * @param predicted from there to the prediction
   */
  public record Prediction(double first, double main, double loaded, double predicted) {}

  /**
   * Starts a process that predicts one image.
   *
   * @param peer which one, that {@linkplain Peer#loads reads the file}
   * @param launch its process
   * @return how it begins
   * @throws IOException if it fails
   */
  public Prediction prediction(Peer peer, Launch launch) throws IOException {
    long begun = System.nanoTime();
    try (LineProcess process = start(peer, launch, StartMain.PREDICT)) {
      double first = since(begun);
      double[] stages = process.ask(StartMain.STAGES);
      return new Prediction(first, stages[0], stages[1] - stages[0], stages[2] - stages[1]);
    }
  }

  /**
   * Starts a process that trains.
   *
   * @param peer which one, that {@linkplain Peer#loads reads the file}
   * @param launch its process
   * @param batch images of a step
   * @param steps how many, at least 2
   * @return how it begins
   * @throws IOException if it fails
   */
  public Training training(Peer peer, Launch launch, int batch, int steps) throws IOException {
    long begun = System.nanoTime();
    double[] ends = new double[steps];
    double[] millis = new double[steps];
    try (LineProcess process = start(peer, launch, StartMain.LOAD)) {
      String step = new Request(Request.Kind.TRAIN, batch, 1).line();
      for (int i = 0; i < steps; i++) {
        long before = System.nanoTime();
        process.ask(step);
        millis[i] = since(before) * MILLIS_PER_SECOND;
        ends[i] = since(begun);
      }
    }
    return training(ends, millis);
  }

  /** From the ends of steps, in seconds, and what they took. */
  static Training training(double[] ends, double[] millis) {
    double later = Summary.median(Arrays.copyOfRange(millis, millis.length / 2, millis.length));
    int first = 0;
    while (millis[first] > FULL_SPEED * later) {
      first++;
    }
    return new Training(ends[0], ends[first], first, later);
  }

  private LineProcess start(Peer peer, Launch launch, String what) throws IOException {
    ProcessBuilder process =
        launch.process(StartMain.class, peer.name(), Contest.CAPSNET.name(), saved, what);
    return new LineProcess(peer.title(), process);
  }

  private static double since(long nanos) {
    return (System.nanoTime() - nanos) / NANOS_PER_SECOND;
  }

  /** Deletes the file. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(saved);
  }
}
