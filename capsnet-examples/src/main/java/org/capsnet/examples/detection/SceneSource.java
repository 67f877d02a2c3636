package org.capsnet.examples.detection;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.capsnet.data.Augmentation;
import org.capsnet.data.ColorJitter;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Mnist;
import org.capsnet.data.OnFault;
import org.capsnet.data.RandomFlip;
import org.capsnet.data.SampleSource;
import org.capsnet.data.SampleTransform;
import org.capsnet.data.Splits;
import org.capsnet.data.detection.DetectionSample;
import org.capsnet.data.detection.DigitScenes;
import org.capsnet.data.detection.RandomCrop;
import org.capsnet.data.detection.VocFolder;
import org.capsnet.examples.digits.DigitFiles;
import org.capsnet.examples.options.ImageSize;
import org.capsnet.examples.options.Ranges;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options for the images in which to find objects, and these images. */
public final class SceneSource {

  /** The share of training pictures that are cropped; the others keep the size of their objects. */
  private static final double CROPPED = 0.5;

  private static final int GREY = 1;
  private static final int COLOUR = 3;

  /** The share of the digits, or of the pictures of a folder without splits, for each purpose. */
  private static final double TRAIN_SHARE = 0.7;

  private static final double VALIDATION_SHARE = 0.5;

  private static final double DIGITS_TO_LEARN = 0.95;

  /**
   * Validation and test have the same layouts whatever the seed of a training, which uses none of
   * them.
   */
  private static final long VALIDATION_SEED = Long.MIN_VALUE;

  private static final long TEST_SEED = Long.MIN_VALUE + 1;

  /** At most one of these; with none, scenes of the bundled digits. */
  static final class Place {

    @Option(
        names = "--full",
        description = {
          "Scenes of all 60,000 + 10,000 digits of MNIST: from ~/.cache/capsnet/datasets or the"
              + " folder that CAPSNET_DATA names, and downloaded to it if need be."
        })
    private boolean full;

    @Option(
        names = "--data",
        paramLabel = "FOLDER",
        description = "Scenes of the digits in a folder with MNIST's four IDX files.")
    private Path data;

    @Option(
        names = "--voc",
        paramLabel = "FOLDER",
        description = {
          "Your own pictures with boxes in the layout of Pascal VOC: Annotations, JPEGImages and,"
              + " if it lists train, val and test, ImageSets/Main. Without these lists, a seeded 70"
              + " %% are used for training and half of the rest for validation."
        })
    private Path voc;
  }

  /** Of scenes alone: a folder has the pictures that it has. */
  private static final List<String> COUNTS =
      List.of("--train-size", "--validation-size", "--test-size");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @ArgGroup private Place place = new Place();

  @Option(
      names = "--classes",
      split = ",",
      paramLabel = "NAME",
      description = "The classes of --voc to use, such as RBC,WBC. Default: all.")
  private List<String> classes = List.of();

  @Option(
      names = "--image-size",
      converter = ImageSize.Converter.class,
      paramLabel = "SIZE",
      description = {
        "The size that images are resized to: 96 for a square, 192x256 for height and width."
            + " Default: 80 for scenes, 192x256 for --voc."
      })
  private ImageSize imageSize;

  @Option(
      names = "--vertical-flips",
      description = "Also turns --voc pictures upside down: for pictures without an up and down.")
  private boolean verticalFlips;

  @Option(names = "--train-size", description = "New scenes per epoch. Default: ${DEFAULT-VALUE}.")
  private int trainSize = 4000;

  @Option(
      names = "--validation-size",
      description = "Scenes used for validation. Default: ${DEFAULT-VALUE}.")
  private int validationSize = 300;

  @Option(
      names = "--test-size",
      description =
          "Scenes used for the test, of digits that are never trained on. Default:"
              + " ${DEFAULT-VALUE}.")
  private int testSize = 2000;

  /**
   * Images for training, for validation, and for a single test at the end.
   *
   * @param change random changes of the training images
   * @param light random changes of their pixels
   */
  public record Sets(
      List<String> classNames,
      SampleSource<DetectionSample> train,
      SampleSource<DetectionSample> validation,
      SampleSource<DetectionSample> test,
      SampleTransform<DetectionSample> change,
      Augmentation light,
      int channels,
      ImageSize size,
      String kind) {

    public String description() {
      return String.format(
          Locale.ROOT,
          "%,d training, %,d validation and %,d test %s of %d×%d pixels, classes: %s",
          train.count(),
          validation.count(),
          test.count(),
          kind,
          size.height(),
          size.width(),
          String.join(", ", classNames));
    }
  }

  /** Whether pictures of a folder are meant, which may show many objects of a class. */
  private boolean hasPictures() {
    return place.voc != null;
  }

  /** Checks what can be checked before anything is read. */
  public void requireRanges() {
    Ranges.atLeast(1, "--train-size", trainSize);
    Ranges.atLeast(1, "--validation-size", validationSize);
    Ranges.atLeast(1, "--test-size", testSize);
    if (hasPictures()) {
      Ranges.requireNone(command, "with --voc", COUNTS);
    }
    boolean square = imageSize == null || imageSize.height() == imageSize.width();
    Ranges.require(hasPictures() || square, "--image-size", "a square for scenes", imageSize);
    Ranges.require(hasPictures() || classes.isEmpty(), "--classes", "none without --voc", classes);
    Ranges.require(hasPictures() || !verticalFlips, "--vertical-flips", "--voc with it", "none");
  }

  /**
   * Reads the images, or gets ready to make them.
   *
   * @throws IllegalArgumentException if none are left for training, validation or test
   */
  public Sets read(long seed) throws IOException {
    return hasPictures() ? pictures(seed) : scenes(seed);
  }

  // ---------------------------------------------------------------- scenes

  /** No digit is in two of the three. */
  private Sets scenes(long seed) throws IOException {
    DigitFiles.Pair digits =
        place.full || place.data != null
            ? DigitFiles.read(Mnist.digits(), place.data)
            : DigitFiles.bundled();
    ImageSize size =
        imageSize == null ? ImageSize.square(DigitScenes.Settings.STANDARD.canvas()) : imageSize;
    DigitScenes.Settings settings = settings(size.height());
    LabeledImages.Split split = digits.train().split(DIGITS_TO_LEARN, seed);
    DigitScenes train = new DigitScenes(split.first(), seed, settings);
    DigitScenes validation = new DigitScenes(split.second(), VALIDATION_SEED, settings);
    DigitScenes test = new DigitScenes(digits.test(), TEST_SEED, settings);
    return new Sets(
        train.classNames(),
        SampleSource.endless(train, trainSize),
        SampleSource.repeated(validation, validationSize),
        SampleSource.repeated(test, testSize),
        SampleTransform.none(),
        Augmentation.none(),
        GREY,
        size,
        "scenes");
  }

  /** The standard scenes, with all in proportion to the canvas. */
  private static DigitScenes.Settings settings(int canvas) {
    DigitScenes.Settings standard = DigitScenes.Settings.STANDARD;
    return new DigitScenes.Settings(
        canvas,
        standard.maxDigits(),
        standard.minSize() * canvas / standard.canvas(),
        standard.maxSize() * canvas / standard.canvas(),
        standard.fragments(),
        standard.maxCovered());
  }

  // ---------------------------------------------------------------- pictures

  private Sets pictures(long seed) throws IOException {
    ImageSize size = imageSize == null ? ImageSize.STANDARD : imageSize;
    VocFolder folder = VocFolder.open(place.voc, OnFault.SKIP);
    folder = classes.isEmpty() ? folder : folder.withClasses(classes);
    int height = size.height();
    int width = size.width();
    if (folder.splits().containsAll(List.of("train", "val", "test"))) {
      VocFolder.Part train = folder.read("train", COLOUR, height, width);
      VocFolder.Part validation = folder.read("val", COLOUR, height, width);
      VocFolder.Part test = folder.read("test", COLOUR, height, width);
      int leftOut = train.skipped().size() + validation.skipped().size() + test.skipped().size();
      return pictures(folder, size, train.samples(), validation.samples(), test.samples(), leftOut);
    }
    VocFolder.Part part = folder.readAll(COLOUR, height, width);
    List<DetectionSample> all = part.samples();
    Splits.Parts parts = Splits.split(new int[all.size()], TRAIN_SHARE, seed);
    Splits.Parts rest = Splits.split(new int[parts.second().length], VALIDATION_SHARE, seed);
    return pictures(
        folder,
        size,
        chosen(all, parts.first()),
        chosen(all, chosen(parts.second(), rest.first())),
        chosen(all, chosen(parts.second(), rest.second())),
        folder.skipped().size() + part.skipped().size());
  }

  private static int[] chosen(int[] from, int[] indices) {
    return IntStream.of(indices).map(i -> from[i]).toArray();
  }

  private static List<DetectionSample> chosen(List<DetectionSample> from, int[] indices) {
    return Arrays.stream(indices).mapToObj(from::get).toList();
  }

  private Sets pictures(
      VocFolder folder,
      ImageSize size,
      List<DetectionSample> train,
      List<DetectionSample> validation,
      List<DetectionSample> test,
      int leftOut) {
    if (train.isEmpty() || validation.isEmpty() || test.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: expected pictures for training, validation and test, got %d, %d and %d"
              .formatted(place.voc, train.size(), validation.size(), test.size()));
    }
    return new Sets(
        folder.classNames(),
        SampleSource.of(train),
        SampleSource.of(validation),
        SampleSource.of(test),
        new RandomCrop(0.7, 0.5)
            .sometimes(CROPPED)
            .then(new RandomFlip<>(0.5, verticalFlips ? 0.5 : 0)),
        new ColorJitter(0.2, 0.2, 0.2),
        COLOUR,
        size,
        leftOut == 0 ? "pictures" : "pictures (%d left out)".formatted(leftOut));
  }
}
