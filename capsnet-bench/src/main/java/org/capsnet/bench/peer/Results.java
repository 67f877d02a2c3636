package org.capsnet.bench.peer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.capsnet.bench.measure.Summary;

/** The figures of all contestants, one per round. */
public final class Results {

  private final Map<Peer, Map<Metric, List<Double>>> figures = new EnumMap<>(Peer.class);

  Results() {}

  void add(Peer peer, Metric metric, double figure) {
    figures
        .computeIfAbsent(peer, p -> new EnumMap<>(Metric.class))
        .computeIfAbsent(metric, m -> new ArrayList<>())
        .add(figure);
  }

  Set<Peer> peers() {
    return Collections.unmodifiableSet(figures.keySet());
  }

  /** All figures, in the order of the rounds. */
  List<Double> figures(Peer peer, Metric metric) {
    return figures.getOrDefault(peer, Map.of()).getOrDefault(metric, List.of());
  }

  /** Their summary; empty where nothing was measured. */
  Optional<Summary> summary(Peer peer, Metric metric) {
    double[] all = figures(peer, metric).stream().mapToDouble(Double::doubleValue).toArray();
    return all.length == 0 ? Optional.empty() : Optional.of(Summary.of(all));
  }

  /** How many times better this library's median is; empty where one of the two is missing. */
  OptionalDouble advantage(Peer over, Metric metric) {
    Optional<Summary> ours = summary(Peer.CAPSNET, metric);
    Optional<Summary> theirs = summary(over, metric);
    return over == Peer.CAPSNET || ours.isEmpty() || theirs.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(metric.advantage(ours.get().median(), theirs.get().median()));
  }
}
