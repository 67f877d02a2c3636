package org.capsnet.bench.peer;

import java.util.List;

/**
 * What a comparison does.
 *
 * @param peers the contestants, in their order within a round
 * @param rounds how often each is measured
 * @param batch images of a call; Deeplearning4j gets at most 32
 * @param threads of each contestant
 * @param trainCalls training steps per round
 * @param predictCalls predictions per round
 * @param latencyCalls predictions of one image per round
 * @param routingCalls routings per round
 */
public record Plan(
    List<Peer> peers,
    int rounds,
    int batch,
    int threads,
    int trainCalls,
    int predictCalls,
    int latencyCalls,
    int routingCalls) {

  /** A slow contestant makes fewer calls, whatever the plan. */
  private static final int SLOW_CALLS = 1;

  private static final int SLOW_LATENCY_CALLS = 5;

  /** Copies the contestants and checks the numbers. */
  public Plan {
    peers = List.copyOf(peers);
    requirePositive("rounds", rounds);
    requirePositive("batch", batch);
    requirePositive("threads", threads);
    requirePositive("calls", Math.min(trainCalls, predictCalls));
    requirePositive("calls", Math.min(latencyCalls, routingCalls));
  }

  private static void requirePositive(String name, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1, got " + number);
    }
  }

  int calls(Peer peer, Request.Kind kind) {
    if (peer.slow()) {
      return SLOW_CALLS;
    }
    return switch (kind) {
      case TRAIN -> trainCalls;
      case PREDICT -> predictCalls;
      case ROUTE -> routingCalls;
      default -> 1;
    };
  }

  int latencyCalls(Peer peer) {
    return peer.slow() ? Math.min(SLOW_LATENCY_CALLS, latencyCalls) : latencyCalls;
  }
}
