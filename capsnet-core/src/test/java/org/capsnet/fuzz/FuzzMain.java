package org.capsnet.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Attacks the readers for as long as is asked for: {@code --seconds 3600 --seed 1 --reader NAME
 * --keep FOLDER}, each of them optional; {@code --input FILE} with a reader tries a kept input
 * again. Ends with status 1 if a reader failed.
 */
public final class FuzzMain {

  private static final int ROUND = 200;
  private static final int MOST_FAILURES = 20;

  private FuzzMain() {}

  /**
   * Attacks.
   *
   * @param args see above
   */
  public static void main(String[] args) throws Exception {
    Map<String, String> options = new TreeMap<>();
    for (int i = 0; i < args.length; i += 2) {
      if (i + 1 == args.length
          || !List.of("--seconds", "--seed", "--reader", "--keep", "--input").contains(args[i])) {
        System.err.println("--seconds N --seed N --reader NAME --keep FOLDER --input FILE");
        System.exit(2);
      }
      options.put(args[i], args[i + 1]);
    }
    long seed = Long.parseLong(options.getOrDefault("--seed", "1"));
    Path keep = Path.of(options.getOrDefault("--keep", "target/fuzz"));
    Path folder = Files.createTempDirectory("fuzz");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
    List<Fuzzer> fuzzers = new ArrayList<>();
    List<Target> targets = new ArrayList<>();
    for (Target target : Readers.all()) {
      if (target.name().equals(options.getOrDefault("--reader", target.name()))) {
        targets.add(target);
        Path own = Files.createDirectories(folder.resolve(target.name()));
        fuzzers.add(new Fuzzer(target, seed, own));
      }
    }
    if (fuzzers.isEmpty()) {
      System.err.println("readers: " + Readers.all().stream().map(Target::name).toList());
      System.exit(2);
    }
    if (options.containsKey("--input")) {
      fuzzers.get(0).feed(0, Files.readAllBytes(Path.of(options.get("--input"))));
    } else {
      long seconds = Long.parseLong(options.getOrDefault("--seconds", "60"));
      attack(fuzzers, System.nanoTime() + seconds * 1_000_000_000L, keep);
    }
    boolean failed = false;
    for (int i = 0; i < fuzzers.size(); i++) {
      Fuzzer fuzzer = fuzzers.get(i);
      System.out.println(line(targets.get(i), fuzzer));
      fuzzer.failures().forEach(System.out::println);
      failed |= !fuzzer.failures().isEmpty();
    }
    System.exit(failed ? 1 : 0);
  }

  /** In turns, so that each reader has its share whenever the time is over. */
  private static void attack(List<Fuzzer> fuzzers, long end, Path keep) throws Exception {
    for (long round = 0; System.nanoTime() < end; round++) {
      long inputs = 0;
      int failures = 0;
      for (Fuzzer fuzzer : fuzzers) {
        int known = fuzzer.failures().size();
        if (known < MOST_FAILURES && System.nanoTime() < end) {
          fuzzer.feed(round * ROUND, ROUND);
        }
        for (Fuzzer.Failure failure : fuzzer.failures().subList(known, fuzzer.failures().size())) {
          failure.keep(keep);
        }
        inputs += fuzzer.inputs();
        failures += fuzzer.failures().size();
      }
      System.out.printf("round %d: %,d inputs, %d failures%n", round, inputs, failures);
    }
  }

  /** With all that the readers wrote there, also when the attack is broken off. */
  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String line(Target target, Fuzzer fuzzer) {
    return "%-18s %,9d inputs, %,9d read, %d failures"
        .formatted(target.name(), fuzzer.inputs(), fuzzer.values(), fuzzer.failures().size());
  }
}
