package org.capsnet.bench.peer;

import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.capsnet.bench.measure.Timing;
import org.capsnet.bench.process.LineServer;

/** Answers requests to one contestant. */
final class Server implements LineServer {

  private final Contestant contestant;
  private final Map<Integer, DoubleSupplier> training = new HashMap<>();
  private final Map<Integer, Supplier<float[]>> prediction = new HashMap<>();
  private final Map<Integer, DoubleSupplier> routing = new HashMap<>();

  Server(Contestant contestant) {
    this.contestant = contestant;
  }

  @Override
  public void close() {
    contestant.close();
  }

  @Override
  public double[] answer(String line) {
    Request request = Request.parse(line);
    int batch = request.batch();
    int calls = request.calls();
    return switch (request.kind()) {
      case LOSSES -> losses(training(batch), calls);
      case LENGTHS -> doubles(prediction(batch).get());
      case TRAIN -> Timing.millis(calls, training(batch)::getAsDouble);
      case PREDICT -> Timing.millis(calls, prediction(batch));
      case ROUTE -> Timing.millis(calls, routing(batch)::getAsDouble);
    };
  }

  private DoubleSupplier training(int batch) {
    return training.computeIfAbsent(batch, contestant::training);
  }

  private DoubleSupplier routing(int batch) {
    return routing.computeIfAbsent(batch, contestant::routing);
  }

  private Supplier<float[]> prediction(int batch) {
    return prediction.computeIfAbsent(batch, contestant::prediction);
  }

  private static double[] losses(DoubleSupplier step, int steps) {
    double[] losses = new double[steps];
    for (int i = 0; i < steps; i++) {
      losses[i] = step.getAsDouble();
    }
    return losses;
  }

  private static double[] doubles(float[] numbers) {
    double[] doubles = new double[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      doubles[i] = numbers[i];
    }
    return doubles;
  }
}
