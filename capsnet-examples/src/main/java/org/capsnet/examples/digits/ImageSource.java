package org.capsnet.examples.digits;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Seeds;
import org.capsnet.data.objects.SmallNorb;
import org.capsnet.examples.options.Ranges;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for the images, and these images. */
public final class ImageSource {

  /** The share of your own images that is held out for the test. */
  private static final double TEST_SHARE = 0.2;

  /** Of your own images, where nothing else is asked for. */
  private static final int SIDE = 32;

  /** At most one of these; with none, the bundled digits. */
  static final class Place {

    @Option(
        names = "--full",
        description = {
          "The whole --dataset MNIST, FASHION or AFFNIST, 60,000 + 10,000 images: from"
              + " ~/.cache/capsnet/datasets or the folder that CAPSNET_DATA names, and downloaded"
              + " to it if need be."
        })
    private boolean full;

    @Option(names = "--data", paramLabel = "PLACE", description = Dataset.DATA_HELP)
    private Path data;

    @Option(
        names = "--images",
        paramLabel = "FOLDER",
        description = {
          "Your own images of any size: PNG, JPEG, BMP, GIF or TIFF, one sub-folder per class. A"
              + " fifth of each class is held out for the test, unless there are --test-images."
        })
    private Path images;
  }

  @ArgGroup private Place place = new Place();

  @Option(names = "--test-images", paramLabel = "FOLDER", description = FolderImages.TEST_HELP)
  private Path testImages;

  @Option(names = "--dataset", description = Dataset.HELP)
  private Dataset dataset = Dataset.MNIST;

  @Option(
      names = "--image-size",
      description =
          "The height and width that --images and SMALLNORB are resized to, in pixels; above 32"
              + " they get a smaller network that trains faster, see --paper. Default: 32.")
  private Integer imageSize;

  @Option(names = "--grey", description = "Reads --images as grey.")
  private boolean grey;

  @Mixin private SplitOptions split = new SplitOptions();

  private int side() {
    return imageSize == null ? SIDE : imageSize;
  }

  /** Fewer images, where an option asks for a short run. */
  public void shorten(int training, int test) {
    split.shorten(training, test);
  }

  /** What the images are of. */
  public String name() {
    if (place.images == null) {
      return dataset.name();
    }
    return testImages == null
        ? place.images.toString()
        : place.images + ", tested on " + testImages;
  }

  /** Checks what can be checked before anything is read. */
  public void requireRanges() {
    Ranges.atLeast(1, "--image-size", side());
    Ranges.require(
        imageSize == null || place.images != null || dataset == Dataset.SMALLNORB,
        "--image-size",
        "--images or --dataset SMALLNORB beside it",
        imageSize);
    Ranges.require(!grey || place.images != null, "--grey", "--images beside it", "none");
    split.requireRanges();
    requirePlace();
  }

  /** The set must be where the options say. */
  private void requirePlace() {
    Ranges.require(
        dataset != Dataset.SMALLNORB || side() <= SmallNorb.SIDE,
        "--image-size",
        "at most %d, that of SMALLNORB".formatted(SmallNorb.SIDE),
        side());
    Ranges.require(
        place.images == null || dataset == Dataset.MNIST,
        "--dataset",
        "none with --images",
        dataset);
    Ranges.require(
        testImages == null || place.images != null,
        "--test-images",
        "--images beside it",
        testImages);
    Ranges.require(
        !place.full || dataset.isFetched(),
        "--full",
        "--dataset MNIST, FASHION or AFFNIST",
        dataset);
    if (!dataset.isBundled() && !place.full && place.data == null) {
      throw new Ranges.WrongOption(
          "--dataset %s is not bundled: add %s--data PLACE"
              .formatted(dataset, dataset.isFetched() ? "--full or " : ""));
    }
  }

  /**
   * Reads the images.
   *
   * @throws IllegalArgumentException if there are fewer than asked for, or none are left for
   *     training, validation or test
   */
  public SplitOptions.Sets read(long seed) throws IOException {
    SplitOptions.Sets sets = split.of(pair(seed), seed);
    return new SplitOptions.Sets(
        sets.train(), dataset.heldOut(sets.validation(), seed), sets.test());
  }

  private DigitFiles.Pair pair(long seed) throws IOException {
    if (place.images != null) {
      return folder(seed);
    }
    return place.full || place.data != null
        ? dataset.read(place.data, side(), seed)
        : dataset.bundled(seed);
  }

  private DigitFiles.Pair folder(long seed) throws IOException {
    int channels = grey ? 1 : 3;
    return testImages == null
        ? FolderImages.read(place.images, channels, side(), side(), TEST_SHARE, seed)
        : FolderImages.readBoth(place.images, testImages, channels, side(), side(), seed);
  }

  /** So that the first few are of all classes. */
  static LabeledImages shuffled(LabeledImages images, long seed) {
    int[] order = IntStream.range(0, images.count()).toArray();
    Seeds.shuffle(order, new Random(seed));
    return images.subset(order);
  }
}
