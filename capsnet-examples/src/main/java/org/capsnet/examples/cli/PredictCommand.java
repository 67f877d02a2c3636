package org.capsnet.examples.cli;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.capsnet.examples.options.ModelOption;
import org.capsnet.examples.options.Ranges;
import org.capsnet.examples.options.Runner;
import org.capsnet.examples.output.MetricsFile;
import org.capsnet.model.Predictor;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.Prediction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what is in pictures. */
@Command(
    name = "predict",
    sortOptions = false,
    description = "Says what is in pictures: the class whose capsule is longest, and the next.",
    footer = {
      "",
      "A picture that cannot be read is reported, and the others are answered; the exit status is 1"
          + " then.",
      "",
      "Examples:",
      "  capsnet predict seven.png",
      "  capsnet predict --model runs/flowers/model.safetensors --top 5 garden/",
      "  capsnet predict --json scans/ > digits.jsonl"
    })
final class PredictCommand implements Callable<Integer> {

  /** Answers that wait to be printed. */
  private static final int AHEAD = 64;

  @Parameters(
      paramLabel = "IMAGE",
      arity = "1..*",
      description = {
        "Pictures of any size: PNG, JPEG, BMP, GIF or TIFF; and folders, for all pictures in them."
      })
  private List<Path> images;

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--top",
      defaultValue = "3",
      paramLabel = "K",
      description = "How many classes to name. Default: ${DEFAULT-VALUE}.")
  private int top;

  @Option(
      names = "--json",
      description = "Prints an object a line in place of a table, also for what cannot be read.")
  private boolean json;

  private boolean failed;

  /** A picture, and what will be said of it. */
  private record Asked(Path file, CompletableFuture<Prediction> answer) {}

  @Override
  public Integer call() throws IOException {
    Ranges.atLeast(1, "--top", top);
    List<Path> files = PicturePaths.of(images);
    String row = "%-" + files.stream().mapToInt(f -> f.toString().length()).max().orElse(0) + "s  ";
    try (ImageClassifier classifier = model.load();
        Predictor<Prediction> predictor = Predictor.of(classifier)) {
      Queue<Asked> waiting = new ArrayDeque<>();
      for (Path file : files) {
        waiting.add(new Asked(file, predictor.submit(file)));
        if (waiting.size() == AHEAD) {
          tell(waiting.remove(), row);
        }
      }
      waiting.forEach(asked -> tell(asked, row));
    }
    return failed ? Runner.FAILED : 0;
  }

  private void tell(Asked asked, String row) {
    try {
      Prediction prediction = asked.answer.join();
      System.out.println(json ? line(asked.file, prediction) : row(row, asked.file, prediction));
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException reason) {
        throw reason;
      }
      if (!(e.getCause() instanceof IOException reason)) {
        throw e;
      }
      failed = true;
      if (json) {
        System.out.println(object(asked.file).put("error", Runner.message(reason)));
      } else {
        System.err.println(Runner.message(reason));
      }
    }
  }

  private String row(String row, Path file, Prediction prediction) {
    return row.formatted(file)
        + prediction.top(top).stream().map(Prediction.Ranked::toString).collect(joining("  "));
  }

  private ObjectNode line(Path file, Prediction prediction) {
    ObjectNode line =
        object(file)
            .put("class", prediction.className())
            .put("confidence", prediction.confidence());
    ArrayNode classes = line.putArray("top");
    prediction
        .top(top)
        .forEach(
            ranked ->
                classes
                    .addObject()
                    .put("class", ranked.className())
                    .put("confidence", ranked.confidence()));
    return line;
  }

  /** Whose text is one line. */
  private static ObjectNode object(Path file) {
    return MetricsFile.JSON.createObjectNode().put("file", file.toString());
  }
}
