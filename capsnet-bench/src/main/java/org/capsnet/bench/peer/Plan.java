package org.capsnet.bench.peer;

import java.util.List;
import org.capsnet.bench.process.Isa;
import org.capsnet.bench.process.Launch;

/**
 * What a comparison does.
 *
 * @param peers the contestants, in their order within a round; those that cannot be held to the
 *     vectors are left out
 * @param contests the networks, in order
 * @param isa the widest vectors that contestants may use
 * @param rounds how often each is measured
 * @param batch images of a call; Deeplearning4j gets at most 32
 * @param threads of each contestant
 * @param calls how much is done in a round
 */
public record Plan(
    List<Peer> peers,
    List<Contest> contests,
    Isa isa,
    int rounds,
    int batch,
    int threads,
    Calls calls) {

  /** What small batches have. */
  static final int SMALL_BATCH = 16;

  /** A slow contestant makes fewer calls, whatever the plan. */
  private static final int SLOW_CALLS = 1;

  private static final int SLOW_LATENCY_CALLS = 5;

  /**
   * How often a contestant does something in a round.
   *
   * @param train training steps
   * @param small training steps in small batches
   * @param predict predictions of a batch
   * @param latency predictions of one image
   * @param routing routings
   * @param starts processes that start, in all rounds together
   * @param warmUp how many seconds each contestant runs, a round at least, before it counts
   */
  public record Calls(
      int train, int small, int predict, int latency, int routing, int starts, int warmUp) {

    /** Takes some minutes for all networks and contestants. */
    public static final Calls MEASURED = new Calls(5, 15, 8, 300, 5, 5, 30);

    /** As few as show that everything works. */
    public static final Calls FEWEST = new Calls(1, 1, 1, 2, 1, 1, 0);
  }

  /** Copies the lists and checks the numbers. */
  public Plan {
    peers = peers.stream().filter(peer -> peer.holdsTo(isa)).toList();
    if (peers.isEmpty()) {
      throw new IllegalArgumentException(
          "contestants: expected one that can be held to " + isa + ", got none");
    }
    contests = List.copyOf(contests);
    requirePositive("rounds", rounds);
    requirePositive("batch", batch);
    requirePositive("threads", threads);
  }

  private static void requirePositive(String name, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1, got " + number);
    }
  }

  /** Those that have the network of a contest. */
  List<Peer> peers(Contest contest) {
    return peers.stream().filter(peer -> peer.enters(contest)).toList();
  }

  Launch launch(Peer peer) {
    return peer.launch(threads, isa);
  }

  int smallBatch() {
    return Math.min(SMALL_BATCH, batch);
  }

  int trainCalls(Peer peer) {
    return peer.slow() ? SLOW_CALLS : calls.train;
  }

  int smallCalls(Peer peer) {
    return peer.slow() ? SLOW_CALLS : calls.small;
  }

  int predictCalls(Peer peer) {
    return peer.slow() ? SLOW_CALLS : calls.predict;
  }

  int routingCalls(Peer peer) {
    return peer.slow() ? SLOW_CALLS : calls.routing;
  }

  int latencyCalls(Peer peer) {
    return peer.slow() ? Math.min(SLOW_LATENCY_CALLS, calls.latency) : calls.latency;
  }
}
