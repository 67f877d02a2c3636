package org.capsnet.bench.peer;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.capsnet.bench.measure.Timing;
import org.capsnet.bench.process.LineServer;

/** A process that loads a saved network, and does something with it at once. */
public final class StartMain {

  private static final double MILLIS_PER_SECOND = 1000;

  /** Predicts an image before it says that it is ready. */
  static final String PREDICT = "predict";

  /** Is ready as soon as the network is loaded. */
  static final String LOAD = "load";

  private StartMain() {}

  /** Asks for the times of {@link Stages}. */
  static final String STAGES = "stages";

  /** Answers with times too. */
  private record Stages(Server server, double begun, double loaded, double ready)
      implements LineServer {

    @Override
    public double[] answer(String request) {
      return request.equals(STAGES) ? new double[] {begun, loaded, ready} : server.answer(request);
    }

    @Override
    public void close() {
      server.close();
    }
  }

  /**
   * Serves requests on standard input.
   *
   * @param args the names of a {@link Peer} and a {@link Contest}, the file of the network, and
   *     what comes before the first request, {@code predict} or {@code load}
   * @throws IOException if the file cannot be read or the answers not be written
   */
  public static void main(String[] args) throws IOException {
    double begun = sinceStart();
    LineServer.run(
        () -> {
          Contest contest = Contest.valueOf(args[1]);
          Contestant contestant = Peer.valueOf(args[0]).load(contest, Path.of(args[2]));
          double loaded = sinceStart();
          if (args[3].equals(PREDICT)) {
            Timing.millis(1, contestant.prediction(1));
          }
          return new Stages(new Server(contestant), begun, loaded, sinceStart());
        });
  }

  /** Seconds since this JVM started. */
  private static double sinceStart() {
    long start = ManagementFactory.getRuntimeMXBean().getStartTime();
    return (System.currentTimeMillis() - start) / MILLIS_PER_SECOND;
  }
}
