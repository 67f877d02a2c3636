package org.capsnet.examples.options;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.capsnet.io.Safetensors;
import org.capsnet.model.classification.ImageClassifier;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Option;

/** The option for which model is asked. */
public final class ModelOption {

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = {
        "The model.safetensors of a training, or one of its checkpoints. Default: the handwritten"
            + " digits that come with the library, white on black."
      })
  private Path file;

  /** The model, to be closed by whoever asked for it. */
  public ImageClassifier load() throws IOException {
    return file == null ? ImageClassifier.ofDigits() : ImageClassifier.load(file);
  }

  /** Its file; empty of the digits. */
  public Optional<Path> file() {
    return Optional.ofNullable(file);
  }

  /** What its file says of it, text by key. */
  public Map<String, String> metadata() throws IOException {
    if (file == null) {
      return Map.of();
    }
    Safetensors.Contents contents = Safetensors.read(file);
    contents.tensors().values().forEach(INDArray::close);
    return contents.metadata();
  }
}
