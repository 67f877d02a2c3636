package org.capsnet.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.capsnet.io.Safetensors;
import org.nd4j.linalg.learning.config.Adam;

/** Checkpoints with metadata of all sorts, under the checksum that belongs to them. */
public final class CheckpointReading {

  private static final int STEPS = 6;
  private static final String LINE = "\u001e";

  /** The files of a training, by name, made once. */
  private static Map<String, byte[]> files;

  private CheckpointReading() {}

  /**
   * The metadata of a whole checkpoint.
   *
   * @return a text of keys and values
   */
  public static byte[] sample() throws IOException {
    Path folder = Files.createTempDirectory("checkpoint");
    try {
      Safetensors.Contents contents = checkpoint(folder);
      StringBuilder text = new StringBuilder();
      contents.metadata().forEach((key, value) -> text.append(key + "=" + value + LINE));
      return text.toString().getBytes(UTF_8);
    } finally {
      clear(folder);
      Files.delete(folder);
    }
  }

  /**
   * Goes on from a checkpoint with other metadata.
   *
   * @param folder that the checkpoint is made in
   * @param metadata as of {@link #sample}
   * @throws IOException if they are refused
   */
  public static void read(Path folder, byte[] metadata) throws IOException {
    clear(folder);
    Safetensors.Contents contents = checkpoint(folder);
    Map<String, String> text = new LinkedHashMap<>();
    for (String line : new String(metadata, UTF_8).split(LINE, -1)) {
      int is = line.indexOf('=');
      text.put(line.substring(0, Math.max(0, is)), line.substring(is + 1));
    }
    text.remove("");
    text.remove("checksum");
    text.put("checksum", Checksum.of(contents.tensors(), new LinkedHashMap<>(text)));
    Safetensors.write(file(folder), contents.tensors(), text);
    try {
      trainer(folder).resume().fit(data());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (IllegalStateException e) {
      // Another training, or none that could go on: what it says is for the user.
      if (e.getCause() != null || e.getMessage() == null) {
        throw e;
      }
      throw new IOException(e.getMessage(), e);
    }
  }

  private static Safetensors.Contents checkpoint(Path folder) throws IOException {
    for (Map.Entry<String, byte[]> file : files().entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
    return Safetensors.read(file(folder));
  }

  private static synchronized Map<String, byte[]> files() throws IOException {
    if (files == null) {
      Path folder = Files.createTempDirectory("training");
      trainer(folder).fit(data());
      Map<String, byte[]> made = new LinkedHashMap<>();
      try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
        for (Path file : all) {
          made.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
      }
      clear(folder);
      Files.delete(folder);
      files = made;
    }
    return files;
  }

  private static Path file(Path folder) {
    return folder.resolve("checkpoint-00000000" + STEPS + ".safetensors");
  }

  private static Trainer trainer(Path folder) {
    return Trainer.of(new TinyModel(2, 8, 2, 0.4, 1))
        .updater(new Adam(0.01))
        .earlyStopping(EarlyStopping.on(Metric.TRAIN_LOSS, 9).restoringBest())
        .checkpoints(Checkpointing.in(folder))
        .epochs(3)
        .maxIterations(STEPS);
  }

  private static ShuffledBatches data() {
    return new ShuffledBatches(Batches.circle(4, 8, 3));
  }

  private static void clear(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }
}
