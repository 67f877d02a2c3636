package org.capsnet.examples.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.capsnet.examples.options.ModelOption;
import org.capsnet.model.classification.ImageClassifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what a model is made of. */
@Command(
    name = "summary",
    sortOptions = false,
    description = "Says what a model is made of: classes, layers, sizes, memory and arithmetic.",
    footer = {
      "",
      "Examples:",
      "  capsnet summary",
      "  capsnet summary --model runs/flowers/model.safetensors"
    })
final class SummaryCommand implements Callable<Integer> {

  @Mixin private ModelOption model = new ModelOption();

  @Override
  public Integer call() throws IOException {
    try (ImageClassifier classifier = model.load()) {
      System.out.println(classifier);
      System.out.println("classes: " + String.join(", ", classifier.classNames()));
      System.out.print(classifier.net().summary());
    }
    return 0;
  }
}
