package org.capsnet.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.capsnet.bench.process.Facts;
import org.capsnet.bench.process.Launch;
import org.capsnet.bench.process.LineProcess;

/**
 * Runs contestants side by side, one network after the other: asks each what it computes with,
 * checks that they compute the same, takes the memory of each in a process that does nothing but
 * train, measures them in turn, round by round, and starts fresh processes.
 */
public final class Comparison {

  /** As many images are enough to see a difference. */
  private static final int CHECK_BATCH = 8;

  private final Plan plan;
  private final Consumer<String> progress;
  private final Map<Peer, Map<String, String>> facts = new EnumMap<>(Peer.class);

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
  public Report run() throws IOException {
    Map<Contest, Results> results = new EnumMap<>(Contest.class);
    for (Contest contest : plan.contests()) {
      progress.accept(contest.title());
      results.put(contest, run(contest));
    }
    return new Report(plan, facts, results);
  }

  private Results run(Contest contest) throws IOException {
    Results results = new Results();
    Path file = Files.createTempFile("capsnet-fixture", ".safetensors");
    try {
      Fixture fixture = Fixture.random(contest, Math.max(plan.batch(), CHECK_BATCH));
      fixture.write(file);
      if (plan.peers(contest).contains(Peer.ONNX)) {
        OnnxContestant.export(contest, fixture, file);
      }
      for (Peer peer : plan.peers(contest)) {
        if (!facts.containsKey(peer)) {
          facts.put(
              peer,
              Facts.of(plan.launch(peer), FactsMain.class, peer.name(), contest.name(), file));
        }
      }
      check(contest, fixture, file);
      if (contest.metrics().contains(Metric.MEMORY)) {
        measureMemory(contest, file, results);
      }
      try (Rounds rounds = new Rounds(plan, contest, file)) {
        rounds.run(results, progress);
      }
      if (contest.metrics().contains(Metric.START)) {
        measureStarts(results);
      }
      return results;
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(OnnxContestant.exported(file));
    }
  }

  private void check(Contest contest, Fixture fixture, Path file) throws IOException {
    for (Peer peer : plan.peers(contest)) {
      if (peer == Peer.CAPSNET) {
        continue;
      }
      try (LineProcess other = start(peer, plan.launch(peer), contest, file)) {
        if (peer == Peer.DL4J) {
          progress.accept(Agreement.groupedLengths(fixture, other, CHECK_BATCH));
          continue;
        }
        Launch own = plan.launch(Peer.CAPSNET);
        try (LineProcess ours = start(Peer.CAPSNET, own, contest, file)) {
          progress.accept(
              peer.trains()
                  ? Agreement.lengthsAndLosses(peer, ours, other, CHECK_BATCH)
                  : Agreement.lengths(peer, ours, other, CHECK_BATCH));
        }
      }
    }
  }

  static LineProcess start(Peer peer, Launch launch, Contest contest, Path fixture)
      throws IOException {
    return new LineProcess(
        peer.title(), launch.process(ContestantMain.class, peer.name(), contest.name(), fixture));
  }

  private void measureMemory(Contest contest, Path file, Results results) throws IOException {
    for (Peer peer : plan.peers(contest)) {
      if (!peer.trains()) {
        continue;
      }
      try (LineProcess contestant = start(peer, plan.launch(peer), contest, file)) {
        // The first step allocates, the second comes upon what the first has left.
        int steps = Math.max(2, plan.trainCalls(peer));
        Request train = new Request(Request.Kind.TRAIN, peer.batch(plan.batch()), steps);
        contestant.ask(train.line());
        OptionalDouble peak = contestant.peakMemory();
        peak.ifPresent(mib -> results.add(peer, Metric.MEMORY, mib));
        progress.accept(peer.title() + ": memory taken");
      }
    }
  }

  /** The first process of each finds neither files nor libraries in the caches; it is left out. */
  private void measureStarts(Results results) throws IOException {
    try (Starts starts = new Starts()) {
      for (int i = 0; i <= plan.calls().starts(); i++) {
        for (Peer peer : plan.peers()) {
          if (peer.loads()) {
            double seconds = starts.prediction(peer, plan.launch(peer)).first();
            if (i > 0) {
              results.add(peer, Metric.START, seconds);
            }
          }
        }
      }
      progress.accept("starts taken");
    }
  }
}
