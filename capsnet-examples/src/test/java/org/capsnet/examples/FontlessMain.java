package org.capsnet.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** A process of {@link PicturesTest}: runs the examples and leaves what each of them said. */
final class FontlessMain {

  private FontlessMain() {}

  /**
   * Trains for a moment with each example.
   *
   * @param args a folder with pictures in {@code pictures}, a sub-folder a class
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    run(
        new MnistExample(),
        folder,
        List.of("--images", folder.resolve("pictures").toString(), "--image-size", "18"));
    run(
        new DetectionExample(),
        folder,
        List.of(
            "--image-size",
            "36",
            "--train-size",
            "8",
            "--validation-size",
            "4",
            "--test-size",
            "8"));
    run(
        new MedicalExample(),
        folder,
        List.of("--image-size", "16", "--train-size", "16", "--test-size", "8"));
  }

  private static void run(Callable<Integer> example, Path folder, List<String> options)
      throws IOException {
    Path out = folder.resolve(example.getClass().getSimpleName());
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of("--batch", "8", "--epochs", "1"));
    all.addAll(List.of("--out", out.toString()));
    Outcome outcome = Outcome.of(example, all.toArray(String[]::new));
    Files.writeString(out.resolve("status"), Integer.toString(outcome.status()));
    Files.writeString(out.resolve("said"), outcome.out());
    Files.writeString(out.resolve("complained"), outcome.err());
  }
}
