package org.capsnet.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.capsnet.examples.digits.DigitFiles;
import org.capsnet.examples.digits.FolderImages;
import org.capsnet.examples.digits.SplitOptions;
import org.capsnet.examples.options.AugmentationOptions;
import org.capsnet.examples.options.ClassTraining;
import org.capsnet.examples.options.ImageSize;
import org.capsnet.examples.options.NetworkOptions;
import org.capsnet.examples.options.Ranges;
import org.capsnet.examples.options.TrainingOptions;
import org.capsnet.examples.output.TrainingPictures;
import org.capsnet.io.FolderLock;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.train.History;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a network on a folder of pictures. */
@Command(
    name = "train",
    sortOptions = false,
    description = {
      "Trains a network on pictures of any sizes and formats, grey and in colour.",
      "PNG, JPEG, BMP, GIF or TIFF, one sub-folder per class. Without --image-size and --channels"
          + " it chooses both, and says by which rule. What would not fit into memory is refused"
          + " before the training."
    },
    footer = {
      "",
      "The output folder gets model.safetensors, history.csv, curves.png, of a network with a"
          + " decoder reconstructions.png and perturbations.png, and checkpoints, from which"
          + " --resume continues.",
      "",
      "Examples:",
      "  capsnet train --images flowers",
      "  capsnet train --images flowers --network efficient --epochs 50 --flips --out runs/efficient",
      "  capsnet train --images flowers --network efficient --epochs 50 --flips --out runs/efficient"
          + " --resume"
    })
final class TrainCommand implements Callable<Integer> {

  private static final String TEST_SHARE = "0.2";

  @Option(
      names = "--images",
      required = true,
      paramLabel = "FOLDER",
      description = "The folder, with one sub-folder per class.")
  private Path images;

  @Option(
      names = "--image-size",
      paramLabel = "SIZE",
      converter = ImageSize.Converter.class,
      description = {
        "What pictures are resized to, in pixels, as 96 or 192x256. Default: the middle of their"
            + " longer sides, from 28 to 64."
      })
  private ImageSize imageSize;

  @Option(
      names = "--channels",
      paramLabel = "N",
      description = "1 to read them as grey, 3 in colour. Default: 1 if they are all grey.")
  private Integer channels;

  /** At most one of these. */
  private static final class HeldOut {

    @Option(
        names = "--test",
        defaultValue = TEST_SHARE,
        paramLabel = "SHARE",
        description =
            "The share of the pictures of each class that is held out for the test. Default:"
                + " ${DEFAULT-VALUE}.")
    private double share = Double.parseDouble(TEST_SHARE);

    @Option(names = "--test-images", paramLabel = "FOLDER", description = FolderImages.TEST_HELP)
    private Path images;
  }

  @ArgGroup private HeldOut test = new HeldOut();

  @Mixin private SplitOptions split = new SplitOptions();

  @Mixin private NetworkOptions network = new NetworkOptions();

  @Mixin
  private TrainingOptions training =
      new TrainingOptions(30, 32, 0.001, Path.of("runs", "train"), "history.csv");

  @Mixin private AugmentationOptions changes = new AugmentationOptions();

  @Override
  public Integer call() throws IOException {
    ClassTraining all = new ClassTraining(network, training, changes);
    all.requireRanges();
    split.requireRanges();
    Ranges.require(test.share > 0 && test.share < 1, "--test", "above 0, below 1", test.share);
    Ranges.require(
        channels == null || channels == 1 || channels == 3, "--channels", "1 or 3", channels);
    training.requireNothingToLose();
    SplitOptions.Sets sets = read();
    Architecture.OfImages<?, ?> architecture = all.architecture(sets.train());
    try (FolderLock lock = training.begin();
        ImageClassifier classifier =
            new ImageClassifier(
                (Classifier) architecture.build(training.init()), sets.train().classNames())) {
      train(all, classifier, sets);
    }
    return 0;
  }

  private SplitOptions.Sets read() throws IOException {
    PictureRule rule =
        PictureRule.of(
            test.images == null ? List.of(images) : List.of(images, test.images),
            imageSize,
            channels);
    System.out.println(rule.why());
    SplitOptions.Sets sets =
        split.of(
            read(rule.channels(), rule.size().height(), rule.size().width(), training.seed()),
            training.seed());
    System.out.println(sets.description());
    return sets;
  }

  private DigitFiles.Pair read(int depth, int height, int width, long seed) throws IOException {
    return test.images == null
        ? FolderImages.read(images, depth, height, width, test.share, seed)
        : FolderImages.readBoth(images, test.images, depth, height, width, seed);
  }

  private void train(ClassTraining all, ImageClassifier classifier, SplitOptions.Sets sets)
      throws IOException {
    Path out = training.out();
    History history = all.train(classifier, sets.train(), sets.validation(), training.seed(), out);
    double accuracy = all.finish(classifier, history, sets.test(), out);
    System.out.printf(Locale.ROOT, "test accuracy: %.2f %%%n", 100 * accuracy);
    TrainingPictures.draw(classifier, history, sets.test(), out);
  }
}
