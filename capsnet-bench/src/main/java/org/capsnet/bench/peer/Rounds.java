package org.capsnet.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.capsnet.bench.measure.Summary;
import org.capsnet.bench.process.LineProcess;

/** The rounds of a contest, in which each contestant works in turn, all of them alive. */
final class Rounds implements AutoCloseable {

  private static final double MILLIS_PER_SECOND = 1000;
  private static final double PERCENT = 100;

  private final Plan plan;
  private final Contest contest;
  private final Map<Peer, LineProcess> contestants = new EnumMap<>(Peer.class);

  /** This library without the Vector API; null where that is not measured. */
  private LineProcess plain;

  /** Starts all contestants. */
  Rounds(Plan plan, Contest contest, Path fixture) throws IOException {
    this.plan = plan;
    this.contest = contest;
    try {
      for (Peer peer : plan.peers(contest)) {
        contestants.put(peer, Comparison.start(peer, plan.launch(peer), contest, fixture));
      }
      if (contestants.containsKey(Peer.CAPSNET) && measures(Metric.TRAIN_PLAIN)) {
        plain =
            Comparison.start(
                Peer.CAPSNET, plan.launch(Peer.CAPSNET).withoutVectorApi(), contest, fixture);
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private boolean measures(Metric metric) {
    return contest.metrics().contains(metric);
  }

  /** Rounds in which contestants load, compile and allocate, and then those that count. */
  void run(Results results, Consumer<String> progress) throws IOException {
    for (Peer peer : contestants.keySet()) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(plan.calls().warmUp());
      do {
        measure(peer, new Results());
      } while (System.nanoTime() < end);
      progress.accept(peer.title() + " is warm");
    }
    for (int round = 1; round <= plan.rounds(); round++) {
      for (Peer peer : contestants.keySet()) {
        measure(peer, results);
      }
      progress.accept("round " + round + " of " + plan.rounds() + " done");
    }
  }

  private void measure(Peer peer, Results to) throws IOException {
    LineProcess contestant = contestants.get(peer);
    if (peer.trains()) {
      measureTraining(peer, contestant, to);
    }
    measurePrediction(peer, contestant, to);
  }

  private void measureTraining(Peer peer, LineProcess contestant, Results to) throws IOException {
    int batch = peer.batch(plan.batch());
    Request train = new Request(Request.Kind.TRAIN, batch, plan.trainCalls(peer));
    double step = seconds(contestant, train);
    to.add(peer, Metric.TRAIN, batch / step);
    if (peer == Peer.CAPSNET && plain != null) {
      to.add(peer, Metric.TRAIN_PLAIN, PERCENT * step / seconds(plain, train));
    }
    if (measures(Metric.TRAIN_SMALL)) {
      int small = plan.smallBatch();
      Request request = new Request(Request.Kind.TRAIN, small, plan.smallCalls(peer));
      to.add(peer, Metric.TRAIN_SMALL, small / seconds(contestant, request));
    }
    if (measures(Metric.ROUTING)) {
      Request route = new Request(Request.Kind.ROUTE, batch, plan.routingCalls(peer));
      double millis = seconds(contestant, route) * MILLIS_PER_SECOND;
      to.add(peer, Metric.ROUTING, millis * plan.batch() / batch);
    }
  }

  private void measurePrediction(Peer peer, LineProcess contestant, Results to) throws IOException {
    int batch = peer.batch(plan.batch());
    Request predict = new Request(Request.Kind.PREDICT, batch, plan.predictCalls(peer));
    to.add(peer, Metric.PREDICT, batch / seconds(contestant, predict));
    Request one = new Request(Request.Kind.PREDICT, 1, plan.latencyCalls(peer));
    double[] latencies = contestant.ask(one.line());
    to.add(peer, Metric.LATENCY_P50, Summary.median(latencies));
    to.add(peer, Metric.LATENCY_P99, Summary.quantile(0.99, latencies));
  }

  /** The median of the calls of a round. */
  private static double seconds(LineProcess contestant, Request request) throws IOException {
    return Summary.median(contestant.ask(request.line())) / MILLIS_PER_SECOND;
  }

  @Override
  public void close() {
    contestants.values().forEach(LineProcess::close);
    if (plain != null) {
      plain.close();
    }
  }
}
