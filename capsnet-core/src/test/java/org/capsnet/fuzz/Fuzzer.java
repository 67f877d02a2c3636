package org.capsnet.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Feeds changed inputs to a reader, which must give a value or an {@link IOException} in bounded
 * time and memory, and leave no file open. Input {@code n} of a seed is always the same.
 */
final class Fuzzer {

  /** Of the processor, which other processes do not use up. */
  private static final long MOST_CPU_SECONDS = 20;

  /** For a reader that waits and does not work. */
  private static final int MOST_SECONDS = 300;

  private static final long MOST_BYTES = 512L << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What went wrong with an input. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Failure(Target target, long seed, long number, byte[] input, String fault) {

    /** Keeps the input and the fault. */
    void keep(Path folder) throws IOException {
      Files.createDirectories(folder);
      String name = "%s-%d-%d".formatted(target.name(), seed, number);
      Files.write(folder.resolve(name + ".bin"), input);
      Files.writeString(folder.resolve(name + ".txt"), fault);
    }

    @Override
    public String toString() {
      return "%s, seed %d, input %d: %s".formatted(target.name(), seed, number, fault);
    }
  }

  private final Target target;
  private final long seed;
  private final Path folder;
  private long inputs;
  private long values;
  private String refusal = "";
  private final List<Failure> failures = new ArrayList<>();

  /**
   * Takes the inputs that are whole.
   *
   * @param folder an empty one, for the reader's files
   * @throws IllegalStateException if one of them is refused
   */
  Fuzzer(Target target, long seed, Path folder) throws InterruptedException {
    this.target = target;
    this.seed = seed;
    this.folder = folder;
    for (byte[] whole : target.seeds()) {
      feed(-1, whole);
    }
    if (!failures.isEmpty() || values < inputs) {
      throw new IllegalStateException(
          target.name() + " refuses a whole input: " + refusal + failures);
    }
    inputs = 0;
    values = 0;
  }

  long inputs() {
    return inputs;
  }

  long values() {
    return values;
  }

  List<Failure> failures() {
    return failures;
  }

  /** Feeds so many inputs, none of which leaves a file open. */
  void feed(long from, int count) throws IOException, InterruptedException {
    for (long n = from; n < from + count; n++) {
      feed(n, input(n));
    }
    List<String> left = openFiles();
    if (!left.isEmpty()) {
      failures.add(
          new Failure(target, seed, from, new byte[0], "open after %d: %s".formatted(count, left)));
    }
  }

  byte[] input(long number) {
    Random random = new Random(seed * 1_000_003 + number);
    List<byte[]> seeds = target.seeds();
    return new Mutator(random)
        .mutate(seeds.get(random.nextInt(seeds.size())), seeds.get(random.nextInt(seeds.size())));
  }

  /** Feeds one input. */
  void feed(long number, byte[] input) throws InterruptedException {
    inputs++;
    FutureTask<Long> reading =
        new FutureTask<>(
            () -> {
              long before = THREADS.getCurrentThreadAllocatedBytes();
              try {
                target.reading().read(folder, input);
                values++;
              } catch (IOException e) {
                refusal = String.valueOf(e.getMessage());
                if (e.getMessage() == null || e.getMessage().isBlank()) {
                  throw new IllegalStateException("an exception without a message", e);
                }
              }
              return THREADS.getCurrentThreadAllocatedBytes() - before;
            });
    Thread reader = new Thread(reading, "reader of " + target.name());
    reader.setDaemon(true);
    reader.start();
    try {
      long allocated = await(reading, reader);
      if (allocated > MOST_BYTES) {
        fail(number, input, "took %,d bytes".formatted(allocated));
      }
    } catch (ExecutionException e) {
      fail(number, input, trace(e.getCause()));
    } catch (TimeoutException e) {
      fail(number, input, "is at work without end " + List.of(reader.getStackTrace()));
    }
    reader.join(1); // so that what it held is free before the next one
  }

  private static long await(FutureTask<Long> reading, Thread reader)
      throws InterruptedException, ExecutionException, TimeoutException {
    for (int second = 0; second < MOST_SECONDS; second++) {
      try {
        return reading.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        long cpu = THREADS.getThreadCpuTime(reader.getId());
        if (cpu > TimeUnit.SECONDS.toNanos(MOST_CPU_SECONDS)) {
          throw e;
        }
      }
    }
    throw new TimeoutException();
  }

  private void fail(long number, byte[] input, String fault) {
    failures.add(new Failure(target, seed, number, input, fault));
  }

  private static String trace(Throwable failure) {
    StringBuilder trace = new StringBuilder(failure.toString());
    StackTraceElement[] frames = failure.getStackTrace();
    for (int i = 0; i < Math.min(14, frames.length); i++) {
      trace.append("\n  at ").append(frames[i]);
    }
    return failure.getCause() == null
        ? trace.toString()
        : trace + "\ncaused by " + trace(failure.getCause());
  }

  /**
   * The files below the reader's folder that are open, deleted ones too; none where the system does
   * not show them. What other threads of the process open meanwhile does not count.
   */
  private List<String> openFiles() throws IOException {
    Path shown = Path.of("/proc/self/fd");
    if (!Files.isDirectory(shown)) {
      return List.of();
    }
    String own = folder.toRealPath() + "/";
    List<String> open = new ArrayList<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(shown)) {
      for (Path descriptor : descriptors) {
        try {
          String file = Files.readSymbolicLink(descriptor).toString();
          if (file.startsWith(own)) {
            open.add(file);
          }
        } catch (NoSuchFileException e) {
          // closed while we looked
        }
      }
    }
    return open;
  }
}
