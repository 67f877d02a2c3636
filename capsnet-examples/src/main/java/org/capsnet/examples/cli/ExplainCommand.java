package org.capsnet.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.capsnet.data.picture.PictureFiles;
import org.capsnet.examples.options.ModelOption;
import org.capsnet.examples.options.Ranges;
import org.capsnet.examples.output.ImageGrid;
import org.capsnet.model.Classifier;
import org.capsnet.model.Explanation;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.Prediction;
import org.capsnet.model.insight.Occlusion;
import org.capsnet.model.insight.Tiles;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws why a picture is of a class. */
@Command(
    name = "explain",
    sortOptions = false,
    description = {
      "Draws where in a picture a class was seen, from blue, the least, to red, the most.",
      "COVERED: by how much the class falls where a place is covered. COUPLING: how much the"
          + " capsules at a place gave to the class, of networks whose capsules have places. DRAWN:"
          + " the picture as the decoder draws it from the longest capsule, of networks with a"
          + " decoder."
    },
    footer = {
      "",
      "Examples:",
      "  capsnet explain seven.png",
      "  capsnet explain seven.png --class 1 --out why-no-one.png",
      "  capsnet explain rose.jpg --model runs/flowers/model.safetensors"
    })
final class ExplainCommand implements Callable<Integer> {

  /** The least that a picture is wide in the drawing, in pixels. */
  private static final int COLUMN = 224;

  @Parameters(paramLabel = "IMAGE", description = "A picture of any size.")
  private Path image;

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--class",
      paramLabel = "NAME",
      description = "The class to explain. Default: the one that is predicted.")
  private String className;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The PNG to write. Default: the name of the image with -explained.png.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    try (ImageClassifier classifier = model.load()) {
      INDArray pixels = classifier.pixels(image);
      Prediction prediction = classifier.predict(pixels);
      int label = className == null ? prediction.label() : label(classifier.classNames());
      Path file = out == null ? Path.of(PictureFiles.stem(image) + "-explained.png") : out;
      grid(classifier, pixels, prediction, label).write(file);
      System.out.println(image + ": " + prediction);
      System.out.println("why " + classifier.classNames().get(label) + ": " + file);
    }
    return 0;
  }

  private int label(List<String> names) {
    int label = names.indexOf(className);
    Ranges.require(label >= 0, "--class", "one of " + names, className);
    return label;
  }

  private static ImageGrid grid(
      ImageClassifier classifier, INDArray pixels, Prediction prediction, int label) {
    Classifier net = classifier.ability();
    ImageGrid grid =
        new ImageGrid((COLUMN - 1) / classifier.image().width() + 1)
            .words("", List.of(classifier.classNames().get(label)))
            .row("image", List.of(pixels))
            .row(
                "covered", List.of(Tiles.heated(pixels, shares(Occlusion.of(net, pixels, label)))));
    couplings(grid, net, pixels, label);
    prediction.reconstruction().ifPresent(drawn -> grid.row("drawn", List.of(drawn)));
    return grid;
  }

  /** Says so where the network has no couplings, or none that belong to places of the image. */
  private static void couplings(ImageGrid grid, Classifier net, INDArray pixels, int label) {
    try {
      Explanation explanation = Explanation.of(net, pixels, label);
      if (explanation.contributions().length() > 1) {
        grid.row("coupling", List.of(Tiles.heated(pixels, explanation.heatMap())));
      }
    } catch (UnsupportedOperationException e) {
      System.err.println("no row of couplings: " + e.getMessage());
    }
  }

  /** From the least, 0, to the most, 1. */
  private static INDArray shares(INDArray map) {
    double least = map.minNumber().doubleValue();
    double range = map.maxNumber().doubleValue() - least;
    return range > 0 ? map.sub(least).div(range) : map.mul(0);
  }
}
