package org.capsnet.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.capsnet.examples.options.ModelOption;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.onnx.OnnxModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a model for other tools. */
@Command(
    name = "export",
    sortOptions = false,
    description = "Writes a model for other tools, with its classes and what else its file says.",
    footer = {
      "",
      "Examples:",
      "  capsnet export --onnx digits.onnx",
      "  capsnet export --onnx flowers.onnx --model runs/flowers/model.safetensors"
    })
final class ExportCommand implements Callable<Integer> {

  private static final double MEGABYTE = 1e6;

  @Option(
      names = "--onnx",
      required = true,
      paramLabel = "FILE",
      description = {
        "The file to write, for ONNX Runtime and others: images [batch, channels, height, width],"
            + " from 0 to 1, in; lengths, poses and more out."
      })
  private Path onnx;

  @Mixin private ModelOption model = new ModelOption();

  @Override
  public Integer call() throws IOException {
    try (ImageClassifier classifier = model.load()) {
      OnnxModel.export(classifier, onnx, model.metadata());
      System.out.printf(
          Locale.ROOT, "%s: %s, %.1f MB%n", onnx, classifier, Files.size(onnx) / MEGABYTE);
    }
    return 0;
  }
}
