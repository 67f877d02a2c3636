package org.capsnet.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.capsnet.data.ImageIterator;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.RandomShift;
import org.capsnet.examples.digits.ImageSource;
import org.capsnet.examples.digits.SplitOptions;
import org.capsnet.examples.options.BoardOptions;
import org.capsnet.examples.options.Ranges;
import org.capsnet.examples.options.Runner;
import org.capsnet.examples.output.DecoderPictures;
import org.capsnet.examples.output.Pictures;
import org.capsnet.io.FolderLock;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.TrainingOptions;
import org.capsnet.nn.PartialLoad;
import org.capsnet.train.Trainer;
import org.nd4j.linalg.api.buffer.DataType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a trained classifier small, so that it can travel with a program. */
@Command(
    name = "compact",
    sortOptions = false,
    description = {
      "Makes the file of a trained classifier small: a smaller decoder, which is trained while all",
      "else stays as it is, and numbers of two bytes. EfficientCapsNet.pretrained() was made so.",
    },
    footer = {
      "",
      "The output folder gets model.safetensors, reconstructions.png, perturbations.png."
    })
public final class CompactExample implements Callable<Integer> {

  private static final String DECODER = "decoder";

  @Mixin private ImageSource source;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "The model.safetensors of a training.")
  private Path model;

  @Option(
      names = "--decoder",
      split = ",",
      defaultValue = "128,320",
      description = "The hidden sizes of the new decoder. Default: ${DEFAULT-VALUE}.")
  private List<Integer> decoder;

  @Option(
      names = "--epochs",
      defaultValue = "10",
      description = "Of the decoder's training. Default: ${DEFAULT-VALUE}.")
  private int epochs;

  @Mixin private BoardOptions board = new BoardOptions();

  @Option(
      names = "--batch",
      defaultValue = "64",
      description = "Images per step. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--learning-rate",
      defaultValue = "0.001",
      description = "Default: ${DEFAULT-VALUE}.")
  private double learningRate;

  @Option(
      names = "--shift",
      defaultValue = "2",
      description =
          "Shifts training images at random by up to this many pixels. Default: ${DEFAULT-VALUE}.")
  private int shift;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--note",
      paramLabel = "KEY=TEXT",
      description = "Something to be kept in the file, such as --note data=MNIST; any number.")
  private Map<String, String> notes = new TreeMap<>();

  @Option(
      names = "--out",
      defaultValue = "runs/compact",
      description = "The output folder. Default: ${DEFAULT-VALUE}.")
  private Path out;

  @Option(names = "--overwrite", description = "Replaces the model in the output folder.")
  private boolean overwrite;

  @Option(names = "--help", usageHelp = true, description = "Shows this help and ends.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  CompactExample() {}

  /**
   * Runs the example.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(Runner.run(new CompactExample(), args));
  }

  @Override
  public Integer call() throws IOException {
    source.requireRanges();
    decoder.forEach(size -> Ranges.atLeast(1, "--decoder", size));
    Ranges.atLeast(1, "--epochs", epochs);
    Ranges.atLeast(1, "--batch", batch);
    Ranges.above(0, "--learning-rate", learningRate);
    Ranges.atLeast(0, "--shift", shift);
    board.requireFolder();
    Path file = out.resolve("model.safetensors");
    requireNothingToLose(file);
    SplitOptions.Sets sets = source.read(seed);
    System.out.println(sets.description());
    try (ImageClassifier whole = ImageClassifier.load(model);
        ImageClassifier compact = withDecoder(whole);
        FolderLock lock = FolderLock.of(out)) {
      requireNothingToLose(file); // another run may have ended meanwhile
      train(compact, sets);
      test(whole, compact, file, sets.test());
    }
    return 0;
  }

  private void requireNothingToLose(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    if (Files.exists(model) && Files.isSameFile(file, model)) {
      throw new IllegalArgumentException(
          file + " is the model that is made small: --out takes another folder");
    }
    if (!overwrite) {
      throw new IllegalArgumentException(
          file + " exists: --overwrite replaces it, --out takes another folder");
    }
  }

  /** The same network with the decoder that is asked for, untrained. */
  private ImageClassifier withDecoder(ImageClassifier whole) throws IOException {
    Architecture<?, ?> smaller = whole.net().architecture().with(DECODER, decoder);
    Classifier net = (Classifier) smaller.build(seed);
    PartialLoad load = net.network().loadMatching(model);
    List<String> lacking =
        Stream.concat(
                load.missing().stream(),
                load.otherShape().stream().map(PartialLoad.OtherShape::name))
            .filter(name -> !name.startsWith(DECODER + "."))
            .toList();
    if (!lacking.isEmpty()) {
      throw new IllegalArgumentException(model + ": expected all but a decoder, lacks " + lacking);
    }
    return new ImageClassifier(net, whole.classNames());
  }

  private void train(ImageClassifier compact, SplitOptions.Sets sets) {
    compact.train(
        sets.train(),
        sets.validation(),
        TrainingOptions.epochs(epochs)
            .batch(batch)
            .learningRate(learningRate)
            .seed(seed)
            .augmentation(new RandomShift(shift))
            .trainer(
                trainer ->
                    board.watching(
                        allButDecoderFrozen(trainer, compact),
                        compact.net(),
                        Path.of(""),
                        () -> ImageIterator.builder(sets.validation(), batch).build())));
  }

  private static Trainer allButDecoderFrozen(Trainer trainer, ImageClassifier compact) {
    return trainer.freeze(
        compact.net().parameters().keySet().stream()
            .map(name -> name.substring(0, name.indexOf('.')))
            .filter(part -> !part.equals(DECODER))
            .distinct()
            .toArray(String[]::new));
  }

  private Map<String, String> notes() {
    Map<String, String> all = new TreeMap<>();
    notes.forEach((key, text) -> all.put("provenance." + key, text));
    all.put("provenance.seed", Long.toString(seed));
    return all;
  }

  /** Tests the file as somebody will load it, and keeps in it how well it does. */
  private void test(ImageClassifier whole, ImageClassifier compact, Path file, LabeledImages test)
      throws IOException {
    compact.save(file, notes(), DataType.FLOAT16);
    String now;
    try (ImageClassifier loaded = ImageClassifier.load(file)) {
      DecoderPictures pictures = new DecoderPictures(loaded, test);
      Pictures all = new Pictures();
      all.draw(out.resolve("reconstructions.png"), pictures::reconstructions);
      all.draw(out.resolve("perturbations.png"), pictures::perturbations);
      all.report();
      now = accuracy(loaded, test);
    }
    Map<String, String> more = notes();
    more.put(
        "provenance.test accuracy",
        String.format(Locale.ROOT, "%s of %,d images", now, test.count()));
    compact.save(file, more, DataType.FLOAT16);
    System.out.printf(
        Locale.ROOT,
        "%s: %,d bytes, of %,d%ntest accuracy: %s before, %s now%n",
        file,
        Files.size(file),
        Files.size(model),
        accuracy(whole, test),
        now);
  }

  private static String accuracy(ImageClassifier classifier, LabeledImages test) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * classifier.evaluate(test).accuracy());
  }
}
