package org.capsnet.train;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.capsnet.io.AtomicFiles;
import org.capsnet.io.FolderLock;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a training's checkpoints: files that are whole or not there, found newest first,
 * checked when they are read, and deleted when they are too many. Knows nothing of what they mean.
 */
final class CheckpointStore implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
  private static final Pattern NAME = Pattern.compile("checkpoint-\\d{9,10}\\.safetensors");
  private static final String SUFFIX = ".safetensors";
  private static final String BEST = "best" + SUFFIX;
  private static final String DAMAGED = ".damaged";
  private static final int DAMAGED_KEPT = 2;
  private static final String CHECKSUM = "checksum";

  private final Path folder;
  private final int keepLast;
  private FolderLock lock;

  CheckpointStore(Path folder, int keepLast) {
    this.folder = folder;
    this.keepLast = keepLast;
  }

  /** A checkpoint that was read, and the file it came from. */
  record Found(Path file, Safetensors.Contents contents) {}

  /**
   * Makes the folder, keeps it from other trainings until the store is closed, and clears it of
   * what a killed one left half-written.
   *
   * @throws IllegalStateException if another training has it
   */
  void open() {
    try {
      lock = FolderLock.of(folder);
      AtomicFiles.deleteLeftovers(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    there.forEach(CheckpointStore::delete);
    deleteDamaged(0);
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
        damaged.forEach(CheckpointStore::putAside);
        deleteDamaged(DAMAGED_KEPT);
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

  /** The checkpoint of the best epoch so far; empty if there is none that is whole. */
  Optional<Found> best() {
    Path file = folder.resolve(BEST);
    try {
      return Files.exists(file) ? Optional.of(new Found(file, read(file))) : Optional.empty();
    } catch (FormatException e) {
      LOG.warn("The checkpoint {} is damaged. {}", file, e.getMessage());
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the checkpoint " + file, e);
    }
  }

  private static void putAside(Path file) {
    Path aside = file.resolveSibling(file.getFileName() + DAMAGED);
    change(() -> Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING));
  }

  /**
   * Leaves a few of the damaged for whoever looks into the reason: each is as large as a whole one.
   */
  private void deleteDamaged(int kept) {
    list(name -> name.endsWith(SUFFIX + DAMAGED)).stream()
        .sorted(Comparator.reverseOrder())
        .skip(kept)
        .forEach(CheckpointStore::delete);
  }

  /** Writes the checkpoint after a step, and then deletes the oldest of too many. */
  Path write(int iteration, Map<String, INDArray> tensors, Map<String, String> metadata) {
    Path file =
        folder.resolve(String.format(Locale.ROOT, "checkpoint-%09d.safetensors", iteration));
    write(file, tensors, metadata);
    newestFirst().stream().skip(keepLast).forEach(CheckpointStore::delete);
    return file;
  }

  /** Writes the checkpoint of the best epoch so far. */
  void writeBest(Map<String, INDArray> tensors, Map<String, String> metadata) {
    write(folder.resolve(BEST), tensors, metadata);
  }

  private void write(Path file, Map<String, INDArray> tensors, Map<String, String> metadata) {
    Map<String, String> text = new LinkedHashMap<>(metadata);
    text.put(CHECKSUM, Checksum.of(tensors, metadata));
    try {
      Safetensors.write(file, tensors, text);
    } catch (IOException e) {
      String left =
          all().stream()
              .findFirst()
              .map(whole -> "the newest whole checkpoint is " + whole)
              .orElse("there is no whole checkpoint");
      throw new UncheckedIOException(new IOException(e.getMessage() + "; " + left, e));
    }
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
    return list(NAME.asMatchPredicate()).stream()
        .sorted(Comparator.comparingLong(CheckpointStore::iteration).reversed())
        .toList();
  }

  private List<Path> list(Predicate<String> name) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> name.test(file.getFileName().toString())).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  private static long iteration(Path file) {
    return Long.parseLong(file.getFileName().toString().replaceAll("\\D", ""));
  }

  private static void delete(Path file) {
    change(() -> Files.deleteIfExists(file));
  }

  /** Something with files. */
  private interface FileAction {
    void run() throws IOException;
  }

  private static void change(FileAction action) {
    try {
      action.run();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot change a checkpoint: " + e.getMessage(), e);
    }
  }

  /** Lets another training have the folder. */
  @Override
  public void close() {
    if (lock != null) {
      lock.close();
    }
  }
}
