package org.capsnet.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.capsnet.data.ImageFolder;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Mnist;
import picocli.CommandLine.Option;

/** The options that say which images to train on, and the images that they mean. */
final class ImageSource {

  /** Data sets of the MNIST format. */
  enum Dataset {
    MNIST,
    FASHION
  }

  @Option(
      names = "--full",
      description = {
        "All 60,000 + 10,000 images, from ~/.cache/capsnet/datasets or the folder that",
        "CAPSNET_DATA names, else downloaded to there."
      })
  private boolean full;

  @Option(
      names = "--dataset",
      defaultValue = "MNIST",
      description = "MNIST or FASHION, with --full or --data. Default: ${DEFAULT-VALUE}.")
  private Dataset dataset;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "A folder with the four IDX files, gzip or not.")
  private Path data;

  @Option(
      names = "--images",
      paramLabel = "FOLDER",
      description = {
        "Images of your own: PNG, JPEG or BMP, a sub-folder a class, of any sizes. A fifth of each",
        "class is held out for the test."
      })
  private Path images;

  @Option(
      names = "--image-size",
      defaultValue = "32",
      description = "To what --images are resized. Default: ${DEFAULT-VALUE}.")
  private int imageSize;

  @Option(names = "--grey", description = "Takes --images as grey ones.")
  private boolean grey;

  @Option(
      names = "--validation",
      defaultValue = "0.05",
      description =
          "The share of the training images that judges each epoch. Default: ${DEFAULT-VALUE}.")
  private double validation;

  @Option(names = "--train-size", description = "Takes so many training images only.")
  private Integer trainSize;

  @Option(names = "--test-size", description = "Takes so many test images only.")
  private Integer testSize;

  /** Images to train on, to choose by, and to judge by once, at the end. */
  record Sets(LabeledImages train, LabeledImages validation, LabeledImages test) {

    String description() {
      return String.format(
          Locale.ROOT,
          "%,d training, %,d validation and %,d test images of %d×%d pixels, %d classes",
          train.count(),
          validation.count(),
          test.count(),
          train.height(),
          train.width(),
          train.classes());
    }
  }

  private record Pair(LabeledImages train, LabeledImages test) {}

  Sets read(long seed) throws IOException {
    Pair all =
        images != null
            ? folder(seed)
            : data != null || full ? whole() : new Pair(BundledMnist.train(), BundledMnist.test());
    LabeledImages learn = trainSize == null ? all.train() : all.train().take(trainSize);
    LabeledImages test = testSize == null ? all.test() : all.test().take(testSize);
    LabeledImages.Split split = learn.split(1 - validation, seed);
    return new Sets(split.first(), split.second(), test);
  }

  private Pair folder(long seed) throws IOException {
    ImageFolder.Result result =
        ImageFolder.read(images, grey ? 1 : 3, imageSize, imageSize, ImageFolder.Unreadable.SKIP);
    LabeledImages.Split split = result.images().split(0.8, seed);
    return new Pair(split.first(), split.second());
  }

  private Pair whole() throws IOException {
    Mnist home = dataset == Dataset.FASHION ? Mnist.fashion() : Mnist.digits();
    Mnist set = data == null ? home : home.in(data);
    return new Pair(set.train(), set.test());
  }
}
