package org.capsnet.examples.medical;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.capsnet.data.Augmentation;
import org.capsnet.data.ColorJitter;
import org.capsnet.data.ElasticDeformation;
import org.capsnet.data.OnFault;
import org.capsnet.data.RandomAffine;
import org.capsnet.data.RandomFlip;
import org.capsnet.data.SampleSource;
import org.capsnet.data.SampleTransform;
import org.capsnet.data.Splits;
import org.capsnet.data.medical.MaskFolder;
import org.capsnet.data.medical.MedMnist;
import org.capsnet.data.medical.MultiLabelSample;
import org.capsnet.data.medical.MultiLabels;
import org.capsnet.data.medical.RandomQuarterTurns;
import org.capsnet.data.medical.RandomWarp;
import org.capsnet.data.medical.SegmentationLabels;
import org.capsnet.data.medical.SegmentationSample;
import org.capsnet.data.medical.SyntheticCells;
import org.capsnet.examples.medical.MedicalData.Split;
import org.capsnet.examples.options.Ranges;
import org.capsnet.examples.options.SampleSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where the medical images come from: synthetic, a MedMNIST file, or your own with masks. */
public final class MedicalSource {

  private static final double VALIDATION = 0.1;
  private static final double TEST = 0.2;

  /** Cells are new in each epoch; those for validation and test begin here. */
  private static final long VALIDATION_CELLS = 1L << 40;

  private static final long TEST_CELLS = 1L << 41;

  private static final int RGB = 3;

  /** The share of training images that are warped, and blurred by it; test images are sharp. */
  private static final double MOVED = 0.5;

  private static final List<String> OF_CELLS = List.of("--train-size", "--test-size");

  private static final List<String> NOT_OF_NPZ =
      List.of("--train-size", "--test-size", "--image-size");

  private static final List<String> OF_IMAGES =
      List.of(
          "--masks",
          "--mask-suffix",
          "--mask-values",
          "--mask-names",
          "--labels",
          "--id-column",
          "--label-column",
          "--group-column",
          "--classes",
          "--folds");

  private static final List<String> CLASS_NAMES = List.of("--class-names");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--npz",
      paramLabel = "FILE",
      description =
          "Trains on a 2-D MedMNIST data set with its official splits: the epoch is chosen on val,"
              + " and the test is run once.")
  private Path npz;

  @Option(
      names = "--images",
      paramLabel = "FOLDER",
      description = "Trains on your own images; needs --labels.")
  private Path images;

  @Option(
      names = "--masks",
      paramLabel = "FOLDER",
      description = "The masks of --images. Default: the same folder.")
  private Path masks;

  @Option(
      names = "--mask-suffix",
      defaultValue = "-mask",
      description =
          "What follows the image's name in the name of its mask. Default: ${DEFAULT-VALUE}.")
  private String maskSuffix;

  @Option(
      names = "--mask-values",
      split = ",",
      paramLabel = "VALUE",
      description =
          "The values of the masks (grey, index or colour), the background first. Default: all that"
              + " occur.")
  private int[] maskValues = {};

  @Option(
      names = "--mask-names",
      split = ",",
      paramLabel = "NAME",
      description = "The names of these values. Default: the values.")
  private List<String> maskNames = new ArrayList<>();

  @Option(
      names = "--labels",
      paramLabel = "CSV",
      description = "The table with the diagnoses of --images.")
  private Path labels;

  @Option(
      names = "--id-column",
      paramLabel = "NAME",
      description = "The column of that table with the images' names. Default: the first.")
  private String idColumn;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description = "The column with the diagnoses. Default: the second.")
  private String labelColumn;

  @Option(
      names = "--group-column",
      paramLabel = "NAME",
      description = "The column with the patients, none of whom is in two parts of a split.")
  private String groupColumn;

  @Option(
      names = "--classes",
      split = ",",
      paramLabel = "LABEL",
      description = "The diagnoses to keep. Default: all.")
  private List<String> classes = new ArrayList<>();

  @Option(
      names = "--class-names",
      split = ",",
      paramLabel = "NAME",
      description = "The names of the diagnoses. Default: as in the table or the file.")
  private List<String> classNames = new ArrayList<>();

  @Option(
      names = "--folds",
      defaultValue = "1",
      description =
          "The number of folds of a cross-validation of --images; 1 for a single split, a fifth of"
              + " it for the test. Default: ${DEFAULT-VALUE}.")
  private int folds;

  @Option(
      names = "--image-size",
      defaultValue = "64",
      description =
          "The height and width of cells, and that --images are resized to, in pixels; a MedMNIST"
              + " file has its own. Default: ${DEFAULT-VALUE}.")
  private int imageSize;

  @Option(
      names = "--train-size",
      defaultValue = "400",
      description = "New synthetic cells per epoch. Default: ${DEFAULT-VALUE}.")
  private int trainSize;

  @Option(
      names = "--test-size",
      defaultValue = "200",
      description =
          "Synthetic cells for the test, and half as many for validation. Default:"
              + " ${DEFAULT-VALUE}.")
  private int testSize;

  public void requireRanges() {
    Ranges.atLeast(1, "--folds", folds);
    Ranges.atLeast(16, "--image-size", imageSize);
    Ranges.atLeast(1, "--train-size", trainSize);
    Ranges.atLeast(2, "--test-size", testSize);
    Ranges.require(npz == null || images == null, "--npz", "no --images beside it", npz);
    Ranges.require(images == null || labels != null, "--images", "--labels beside it", images);
    Ranges.require(
        (idColumn == null) == (labelColumn == null),
        "--id-column and --label-column",
        "both or neither",
        "one");
    requireNoneInVain();
  }

  /** Checks that all options are of the source that is taken. */
  private void requireNoneInVain() {
    if (images == null) {
      Ranges.requireNone(command, "without --images", OF_IMAGES);
    } else {
      Ranges.requireNone(command, "with --images", OF_CELLS);
    }
    if (npz != null) {
      Ranges.requireNone(command, "with --npz", NOT_OF_NPZ);
    } else if (images == null) {
      Ranges.requireNone(command, "without --images and --npz", CLASS_NAMES);
    }
  }

  /**
   * Reads or synthesizes the images.
   *
   * @param seed of splits and of synthetic cells
   * @param diagnoses whether diagnoses are wanted; if not, none is in the labels
   */
  public MedicalData read(long seed, boolean diagnoses) throws IOException {
    if (images != null && !diagnoses) {
      Ranges.requireNone(command, "where masks alone are learned", CLASS_NAMES);
    }
    if (npz != null) {
      return medMnist();
    }
    return images == null ? synthetic(seed, diagnoses) : folder(seed, diagnoses);
  }

  // ---------------------------------------------------------------- synthetic

  private MedicalData synthetic(long seed, boolean diagnoses) {
    SyntheticCells cells = new SyntheticCells(imageSize, seed);
    SegmentationLabels layout =
        new SegmentationLabels(
            diagnoses ? SyntheticCells.CLASS_NAMES : List.of(),
            SyntheticCells.MASK_NAMES.size(),
            imageSize,
            imageSize);
    int validationSize = testSize / 2;
    Split split =
        new Split(
            SampleSet.of(SampleSource.endless(cells, trainSize), layout),
            SampleSet.of(
                SampleSource.repeated(n -> cells.apply(VALIDATION_CELLS + n), validationSize),
                layout),
            SampleSet.of(
                SampleSource.repeated(n -> cells.apply(TEST_CELLS + n), testSize), layout));
    String description =
        "Synthetic cells, not real ones: %d new ones per epoch, %d for validation, %d for the test"
            .formatted(trainSize, validationSize, testSize);
    return new MedicalData(
        description, RGB, layout, SyntheticCells.MASK_NAMES, false, List.of(split));
  }

  // ---------------------------------------------------------------- MedMNIST

  private MedicalData medMnist() throws IOException {
    MedMnist set = MedMnist.read(npz);
    List<String> names = named(set.train().classNames(), classNames, "--class-names");
    MultiLabels encoder = new MultiLabels(names);
    List<MultiLabelSample> train = set.train().multiLabel();
    SampleSet<MultiLabelSample> training =
        new SampleSet<>(SampleSource.of(train), encoder, SampleTransform.none(), smallMovements());
    Split split =
        new Split(
            training,
            SampleSet.of(SampleSource.of(set.validation().multiLabel()), encoder),
            SampleSet.of(SampleSource.of(set.test().multiLabel()), encoder));
    int height = train.get(0).image().height();
    int width = train.get(0).image().width();
    return new MedicalData(
        describe(npz.getFileName().toString(), split, height, width),
        train.get(0).image().channels(),
        new SegmentationLabels(names, 0, height, width),
        List.of(),
        set.train().isMultiLabel(),
        List.of(split));
  }

  /** An X-ray has a left and a right: it is shifted, rotated and scaled a little, never flipped. */
  private static Augmentation smallMovements() {
    return new RandomAffine(8, 0.92, 1.08, 0, 2)
        .sometimes(MOVED)
        .then(new ColorJitter(0.1, 0.1, 0));
  }

  // ---------------------------------------------------------------- own images

  private MedicalData folder(long seed, boolean diagnoses) throws IOException {
    MaskFolder.Result read = reader().read(RGB, imageSize, imageSize, OnFault.SKIP);
    List<String> values = read.maskNames();
    List<String> pixels = named(values, maskNames, "--mask-names");
    SegmentationLabels layout =
        new SegmentationLabels(
            diagnoses ? named(read.classNames(), classNames, "--class-names") : List.of(),
            pixels.size(),
            imageSize,
            imageSize);
    List<Split> splits = splits(read, layout, seed);
    String parts = describe(images.toString(), splits.get(0), imageSize, imageSize);
    String description = "%s, %d left out".formatted(parts, read.skipped().size());
    return new MedicalData(description, RGB, layout, pixels, false, splits);
  }

  private MaskFolder reader() {
    MaskFolder reader =
        MaskFolder.of(images, labels).masks(masks == null ? images : masks, maskSuffix);
    if (idColumn != null) {
      reader.columns(idColumn, labelColumn);
    }
    if (groupColumn != null) {
      reader.groupColumn(groupColumn);
    }
    if (!classes.isEmpty()) {
      reader.classes(classes);
    }
    if (maskValues.length > 0) {
      reader.maskValues(maskValues);
    }
    return reader;
  }

  private List<Split> splits(MaskFolder.Result read, SegmentationLabels layout, long seed) {
    List<Splits.Parts> parts =
        folds > 1
            ? Splits.folds(read.labels(), read.groups(), folds, seed)
            : List.of(Splits.split(read.labels(), read.groups(), 1 - TEST, seed));
    List<Split> splits = new ArrayList<>();
    for (Splits.Parts part : parts) {
      int[] rest = part.first();
      int[] ofRest = IntStream.of(rest).map(i -> read.labels()[i]).toArray();
      List<String> groups = IntStream.of(rest).mapToObj(i -> read.groups().get(i)).toList();
      Splits.Parts inner = Splits.split(ofRest, groups, 1 - VALIDATION, seed);
      splits.add(
          new Split(
              new SampleSet<>(
                  some(read, IntStream.of(inner.first()).map(i -> rest[i]).toArray()),
                  layout,
                  underTheMicroscope(),
                  new ColorJitter(0.1, 0.1, 0.1)),
              SampleSet.of(
                  some(read, IntStream.of(inner.second()).map(i -> rest[i]).toArray()), layout),
              SampleSet.of(some(read, part.second()), layout)));
    }
    return splits;
  }

  private static SampleSource<SegmentationSample> some(MaskFolder.Result read, int... indices) {
    return SampleSource.of(Arrays.stream(indices).mapToObj(read.samples()::get).toList());
  }

  /** Cells have no orientation, and are elastic. */
  private static SampleTransform<SegmentationSample> underTheMicroscope() {
    return new RandomFlip<SegmentationSample>(0.5, 0.5)
        .then(new RandomQuarterTurns())
        .then(
            new RandomWarp(new RandomAffine(20, 0.9, 1.1, 0, 2))
                .then(new RandomWarp(new ElasticDeformation(1.5, 8)))
                .sometimes(MOVED));
  }

  // ---------------------------------------------------------------- words

  private static List<String> named(List<String> found, List<String> names, String option) {
    Ranges.require(
        names.isEmpty() || names.size() == found.size(),
        option,
        "%d names, for %s".formatted(found.size(), found),
        names);
    return names.isEmpty() ? found : names;
  }

  private String describe(String name, Split split, int height, int width) {
    return String.format(
        Locale.ROOT,
        "%s: %d training, %d validation and %d test images of %d×%d pixels%s",
        name,
        split.train().count(),
        split.validation().count(),
        split.test().count(),
        width,
        height,
        folds > 1 ? " in the first of " + folds + " folds" : "");
  }
}
