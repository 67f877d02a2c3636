package org.capsnet.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.capsnet.bench.measure.Summary;

/**
 * Runs contestants side by side: first checks that they compute the same, then takes the memory of
 * each in a process that does nothing but train, then measures them in turn, round by round.
 */
public final class Comparison {

  private static final double MILLIS_PER_SECOND = 1000;

  /** As many images are enough to see a difference. */
  private static final int CHECK_BATCH = 8;

  private final Plan plan;
  private final Consumer<String> progress;
  private final Results results = new Results();

  /**
   * Prepares a comparison.
   *
   * @param plan what it does
   * @param progress is told what is being done
   */
  public Comparison(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /**
   * Runs it.
   *
   * @return all figures
   * @throws IOException if a process or a file fails
   * @throws IllegalStateException if a contestant fails, or computes something else
   */
  public Results run() throws IOException {
    Path file = Files.createTempFile("capsnet-fixture", ".safetensors");
    try {
      Fixture fixture = Fixture.random(Math.max(plan.batch(), CHECK_BATCH));
      fixture.write(file);
      check(fixture, file);
      for (Peer peer : plan.peers()) {
        measureMemory(peer, file);
      }
      measure(file);
      return results;
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private void check(Fixture fixture, Path file) throws IOException {
    for (Peer peer : plan.peers()) {
      if (peer == Peer.CAPSNET) {
        continue;
      }
      try (ContestantProcess other = start(peer, file)) {
        if (peer == Peer.DL4J) {
          progress.accept(Agreement.lengths(fixture, other, CHECK_BATCH));
          continue;
        }
        try (ContestantProcess ours = start(Peer.CAPSNET, file)) {
          progress.accept(Agreement.losses(ours, other, CHECK_BATCH));
        }
      }
    }
  }

  private ContestantProcess start(Peer peer, Path fixture) throws IOException {
    return new ContestantProcess(peer, fixture, plan.threads());
  }

  private void measureMemory(Peer peer, Path fixture) throws IOException {
    try (ContestantProcess contestant = start(peer, fixture)) {
      // The first step allocates, the second comes upon what the first has left.
      int steps = Math.max(2, plan.calls(peer, Request.Kind.TRAIN));
      contestant.ask(Request.Kind.TRAIN, peer.batch(plan.batch()), steps);
      OptionalDouble peak = contestant.peakMemory();
      peak.ifPresent(mib -> results.add(peer, Metric.MEMORY, mib));
      progress.accept(peer.title() + ": memory taken");
    }
  }

  private void measure(Path fixture) throws IOException {
    List<ContestantProcess> contestants = new ArrayList<>();
    try {
      for (Peer peer : plan.peers()) {
        ContestantProcess contestant = start(peer, fixture);
        contestants.add(contestant);
        warmUp(contestant);
      }
      for (int round = 1; round <= plan.rounds(); round++) {
        for (ContestantProcess contestant : contestants) {
          measureRound(contestant);
        }
        progress.accept("round " + round + " of " + plan.rounds() + " done");
      }
    } finally {
      contestants.forEach(ContestantProcess::close);
    }
  }

  /** The first calls load, compile and allocate. */
  private void warmUp(ContestantProcess contestant) throws IOException {
    Peer peer = contestant.peer();
    int batch = peer.batch(plan.batch());
    int calls = peer.slow() ? 1 : 2;
    contestant.ask(Request.Kind.TRAIN, batch, calls);
    contestant.ask(Request.Kind.PREDICT, batch, calls);
    contestant.ask(Request.Kind.PREDICT, 1, plan.latencyCalls(peer));
    contestant.ask(Request.Kind.ROUTE, batch, calls);
  }

  private void measureRound(ContestantProcess contestant) throws IOException {
    Peer peer = contestant.peer();
    int batch = peer.batch(plan.batch());
    results.add(peer, Metric.TRAIN, batch / seconds(contestant, Request.Kind.TRAIN));
    results.add(peer, Metric.PREDICT, batch / seconds(contestant, Request.Kind.PREDICT));
    double[] latencies = contestant.ask(Request.Kind.PREDICT, 1, plan.latencyCalls(peer));
    results.add(peer, Metric.LATENCY_P50, Summary.median(latencies));
    results.add(peer, Metric.LATENCY_P99, Summary.quantile(0.99, latencies));
    double routing = seconds(contestant, Request.Kind.ROUTE) * MILLIS_PER_SECOND;
    results.add(peer, Metric.ROUTING, routing * plan.batch() / batch);
  }

  /** The median of the calls of a round. */
  private double seconds(ContestantProcess contestant, Request.Kind kind) throws IOException {
    Peer peer = contestant.peer();
    double[] millis = contestant.ask(kind, peer.batch(plan.batch()), plan.calls(peer, kind));
    return Summary.median(millis) / MILLIS_PER_SECOND;
  }
}
