package org.capsnet.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.capsnet.io.AtomicFiles;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a training's checkpoints: files that are whole or not there, found newest first,
 * checked when they are read, and deleted when they are too many. Knows nothing of what they mean.
 */
final class CheckpointStore {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
  private static final Pattern NAME = Pattern.compile("checkpoint-\\d{9,10}\\.safetensors");
  private static final String BEST = "best.safetensors";
  private static final String DAMAGED = ".damaged";
  private static final String CHECKSUM = "checksum";

  private final Path folder;
  private final int keepLast;

  CheckpointStore(Path folder, int keepLast) {
    this.folder = folder;
    this.keepLast = keepLast;
  }

  /** A checkpoint that was read, and the file it came from. */
  record Found(Path file, Safetensors.Contents contents) {}

  /** Makes the folder, and clears it of what a killed training left half-written. */
  void open() {
    uninterrupted(
        () -> {
          Files.createDirectories(folder);
          AtomicFiles.deleteLeftovers(folder);
        });
  }

  /**
   * Makes sure that the folder has no checkpoints of another training, which would be taken for
   * this one's.
   *
   * @param replacing whether to delete what is there
   * @throws IllegalStateException if something is there, and not to be deleted
   */
  void begin(boolean replacing) {
    List<Path> there = all();
    if (there.isEmpty()) {
      return;
    }
    if (!replacing) {
      throw new IllegalStateException(
          folder
              + " holds the checkpoints of an earlier training: resume it, choose another folder,"
              + " or let them be replaced");
    }
    there.forEach(this::delete);
  }

  /**
   * Reads the newest checkpoint that is whole, or the best where there is no other: a training that
   * is killed after its first epoch may leave that one only. The damaged ones are then put aside
   * under another name, so that they count no more; where all are damaged they stay, so that no
   * later training takes the folder for an empty one.
   *
   * @return the checkpoint; empty if the folder has none
   * @throws IllegalStateException if it has some, but all of them are damaged
   */
  Optional<Found> newest() {
    List<Path> damaged = new ArrayList<>();
    for (Path file : all()) {
      try {
        Found found = new Found(file, read(file));
        damaged.forEach(this::putAside);
        return Optional.of(found);
      } catch (FormatException e) {
        LOG.warn("The checkpoint {} is damaged; trying an older one. {}", file, e.getMessage());
        damaged.add(file);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the checkpoint " + file, e);
      }
    }
    if (!damaged.isEmpty()) {
      throw new IllegalStateException("every checkpoint in " + folder + " is damaged");
    }
    return Optional.empty();
  }

  private static Safetensors.Contents read(Path file) throws IOException {
    Safetensors.Contents contents = Safetensors.read(file);
    Map<String, String> text = new LinkedHashMap<>(contents.metadata());
    String expected = text.remove(CHECKSUM);
    String actual = Checksum.of(contents.tensors(), text);
    if (!actual.equals(expected)) {
      contents.tensors().values().forEach(INDArray::close);
      throw new FormatException(
          file, "checksum: expected " + expected + ", got " + actual + " from what was read");
    }
    return contents;
  }

  private void putAside(Path file) {
    Path aside = file.resolveSibling(file.getFileName() + DAMAGED);
    uninterrupted(() -> Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING));
  }

  /** Writes the checkpoint after a step, and then deletes the oldest of too many. */
  Path write(int iteration, Map<String, INDArray> tensors, Map<String, String> metadata) {
    Path file =
        folder.resolve(String.format(Locale.ROOT, "checkpoint-%09d.safetensors", iteration));
    write(file, tensors, metadata);
    newestFirst().stream().skip(keepLast).forEach(this::delete);
    return file;
  }

  /** Writes the checkpoint of the best epoch so far. */
  void writeBest(Map<String, INDArray> tensors, Map<String, String> metadata) {
    write(folder.resolve(BEST), tensors, metadata);
  }

  private static void write(
      Path file, Map<String, INDArray> tensors, Map<String, String> metadata) {
    Map<String, String> text = new LinkedHashMap<>(metadata);
    text.put(CHECKSUM, Checksum.of(tensors, metadata));
    uninterrupted(() -> Safetensors.write(file, tensors, text));
  }

  /** The newest file, unread. */
  Optional<Path> newestFile() {
    return newestFirst().stream().findFirst();
  }

  /** Every checkpoint, the best last. */
  private List<Path> all() {
    List<Path> all = new ArrayList<>(newestFirst());
    Path best = folder.resolve(BEST);
    if (Files.exists(best)) {
      all.add(best);
    }
    return all;
  }

  private List<Path> newestFirst() {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> NAME.matcher(file.getFileName().toString()).matches())
          .sorted(Comparator.comparingLong(CheckpointStore::iteration).reversed())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  private static long iteration(Path file) {
    return Long.parseLong(file.getFileName().toString().replaceAll("\\D", ""));
  }

  private void delete(Path file) {
    uninterrupted(() -> Files.deleteIfExists(file));
  }

  /** Something with files. */
  private interface FileAction {
    void run() throws IOException;
  }

  /**
   * Runs to the end even when this thread is interrupted: Java closes a file under a thread that
   * has its interrupt flag set, and the flag is how a training is asked to stop and save.
   */
  private static void uninterrupted(FileAction action) {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          action.run();
          return;
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a checkpoint: " + e.getMessage(), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
