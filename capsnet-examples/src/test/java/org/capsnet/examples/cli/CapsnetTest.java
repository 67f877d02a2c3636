package org.capsnet.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.picture.ByteImage;
import org.capsnet.examples.Outcome;
import org.capsnet.examples.digits.BundledMnist;
import org.capsnet.examples.options.Runner;
import org.capsnet.io.Kinds;
import org.capsnet.model.Conv;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ImageClassifier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CapsnetTest {

  private static final List<String> COMMANDS =
      List.of(
          "train", "evaluate", "predict", "explain", "export", "summary", "explore", "completion");

  private static final int COUNT = 12;

  /** A folder of two classes, and a training on it. */
  @TempDir private static Path shared;

  private static Path pictures;
  private static Path run;
  private static Outcome training;

  @TempDir private Path folder;

  @BeforeAll
  static void trainOnMixedPictures() throws IOException {
    pictures = shared.resolve("pictures");
    run = shared.resolve("run");
    String[] formats = {"png", "jpg", "bmp", "gif"};
    int[] types = {
      BufferedImage.TYPE_INT_ARGB,
      BufferedImage.TYPE_INT_RGB,
      BufferedImage.TYPE_BYTE_GRAY,
      BufferedImage.TYPE_BYTE_INDEXED
    };
    for (int i = 0; i < 2 * COUNT; i++) {
      String format = formats[i / 2 % formats.length];
      Path file = pictures.resolve(i % 2 == 0 ? "dark" : "light").resolve(i + "." + format);
      Files.createDirectories(file.getParent());
      int type = types[i / 2 % formats.length];
      ImageIO.write(picture(i % 2 == 1, 20 + 3 * i, type), format, file.toFile());
    }
    training =
        capsnet(
            "train",
            "--images",
            pictures.toString(),
            "--network",
            "efficient",
            "--epochs",
            "6",
            "--batch",
            "8",
            "--shift",
            "0",
            "--out",
            run.toString());
  }

  private static BufferedImage picture(boolean light, int side, int type) {
    BufferedImage picture = new BufferedImage(side, side + 5, type);
    Graphics2D g = picture.createGraphics();
    g.setColor(light ? new Color(240, 220, 200) : new Color(10, 30, 50));
    g.fillRect(0, 0, side, side + 5);
    g.setColor(Color.GRAY);
    g.fillOval(side / 4, side / 4, side / 3, side / 3);
    g.dispose();
    return picture;
  }

  private static Outcome capsnet(String... args) {
    return Outcome.of(Runner.line(new Capsnet()), args);
  }

  private static String model() {
    return run.resolve("model.safetensors").toString();
  }

  /** A digit of the bundled test set as a picture. */
  private Path digit(int index) throws IOException {
    ByteImage image = BundledMnist.test().byteImage(index);
    BufferedImage picture = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    picture.getRaster().setDataElements(0, 0, 28, 28, image.bytes());
    Path file = folder.resolve("digit-" + index + ".png");
    ImageIO.write(picture, "png", file.toFile());
    return file;
  }

  private static List<JsonNode> objects(Outcome outcome) throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (String line : outcome.out().lines().toList()) {
      all.add(new ObjectMapper().readTree(line));
    }
    return all;
  }

  // ---------------------------------------------------------------- train

  @Test
  void trainsOnAFolderOfMixedPicturesByARuleThatItPrints() throws IOException {
    assertThat(training.status()).as(training.err()).isZero();
    assertThat(training.out())
        .startsWith(
            "pictures are read as 61x61 pixels: their longer side has 61 in the middle of 24"
                + " pictures, and the rule takes 28 to 64; in colour as some of 24 pictures")
        .contains("training, ", " validation and 4 test images of 61×61 pixels, 2 classes")
        .containsPattern("(?m)^test accuracy: \\d+\\.\\d\\d %$");
    for (String file : List.of("model.safetensors", "history.csv", "curves.png", "checkpoints")) {
      assertThat(run.resolve(file)).exists();
    }
    try (ImageClassifier classifier = ImageClassifier.load(Path.of(model()))) {
      assertThat(classifier.classNames()).containsExactly("dark", "light");
      assertThat(classifier.image().channels()).isEqualTo(3);
    }
  }

  @Test
  void aTrainingIsNotLostAndGoesOn() throws IOException {
    Path copy = folder.resolve("copy");
    String[] args = {
      "train",
      "--images",
      pictures.toString(),
      "--network",
      "efficient",
      "--image-size",
      "28",
      "--channels",
      "1",
      "--epochs",
      "1",
      "--out",
      copy.toString()
    };
    assertThat(capsnet(args).status()).isZero();
    Outcome again = capsnet(args);
    assertThat(again.status()).isEqualTo(1);
    again.requireComplaint(copy + " holds a finished training: --resume with more --epochs");
    List<String> more = new ArrayList<>(List.of(args));
    more.set(more.indexOf("--epochs") + 1, "2");
    more.add("--resume");
    assertThat(capsnet(more.toArray(new String[0])).status()).isZero();
    assertThat(Files.readAllLines(copy.resolve("history.csv"))).hasSize(3);
  }

  @Test
  void whatIsAskedForTakesThePlaceOfTheRule() {
    Outcome outcome =
        capsnet(
            "train",
            "--images",
            pictures.toString(),
            "--image-size",
            "28x32",
            "--channels",
            "1",
            "--test",
            "0.5",
            "--validation",
            "0.5",
            "--network",
            "resnet",
            "--epochs",
            "1",
            "--out",
            folder.resolve("out").toString());
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .startsWith("pictures are read as 28x32 pixels, as asked for, grey as asked for")
        .contains("6 training, 6 validation and 12 test images of 28×32 pixels, 2 classes");
  }

  @Test
  void greyPicturesAreReadAsGrey() throws IOException {
    Path grey = folder.resolve("grey");
    for (int i = 0; i < 8; i++) {
      Path file = grey.resolve("class " + i % 2).resolve(i + ".png");
      Files.createDirectories(file.getParent());
      BufferedImage picture = new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB);
      picture.setRGB(i, 3, 0x808080);
      ImageIO.write(picture, "png", file.toFile());
    }
    PictureRule rule = PictureRule.of(List.of(grey), null, null);
    assertThat(rule.channels()).isEqualTo(1);
    assertThat(rule.size()).hasToString("28x28");
    assertThat(rule.why())
        .isEqualTo(
            "pictures are read as 28x28 pixels: their longer side has 20 in the middle of 8"
                + " pictures, and the rule takes 28 to 64; grey as all of 8 pictures");
    assertThat(PictureRule.of(List.of(grey), null, 3).channels()).isEqualTo(3);
  }

  @Test
  void whatWouldNotFitIsRefusedBeforeTheTrainingWithWhatWould() {
    Outcome heap = capsnet("train", "--images", pictures.toString(), "--image-size", "60000");
    assertThat(heap.status()).isEqualTo(2);
    heap.requireComplaint("--image-size: expected at most ");
    assertThat(heap.err()).contains("at which 24 pictures fit into a fifth of the Java heap");
    Path out = folder.resolve("none");
    Outcome network =
        capsnet(
            "train",
            "--images",
            pictures.toString(),
            "--image-size",
            "400",
            "--paper",
            "--batch",
            "512",
            "--out",
            out.toString());
    assertThat(network.status()).isEqualTo(1);
    assertThat(network.err())
        .startsWith("training with batches of 512 takes ")
        .contains(" would fit");
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--test 1, '--test: expected above 0, below 1, got 1.0'",
    "--channels 2, '--channels: expected 1 or 3, got 2'",
    "--validation 0, '--validation: expected above 0, below 1, got 0.0'",
    "--epochs 0, '--epochs: expected at least 1, got 0'",
    "--image-size big, 'Invalid value for option ''--image-size'''",
    "--network none, 'Invalid value for option ''--network'''"
  })
  void wrongOptionsOfATrainingAreOneLine(String option, String complaint) {
    String[] parts = option.split(" ", -1);
    Outcome outcome = capsnet("train", "--images", pictures.toString(), parts[0], parts[1]);
    assertThat(outcome.status()).isEqualTo(2);
    outcome.requireComplaint(complaint);
  }

  // ---------------------------------------------------------------- predict

  @Test
  void predictsFilesAndFoldersInATable() throws IOException {
    Outcome outcome = capsnet("predict", "--model", model(), "--top", "1", pictures.toString());
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out().lines()).hasSize(2 * COUNT);
    assertThat(outcome.out().lines())
        .allMatch(line -> line.matches(".*\\.(png|jpg|bmp|gif) +(dark|light) \\d+\\.\\d %"));
    Outcome digits = capsnet("predict", digit(0).toString(), digit(1).toString());
    LabeledImages test = BundledMnist.test();
    List<String> lines = digits.out().lines().toList();
    assertThat(lines).hasSize(2);
    for (int i = 0; i < 2; i++) {
      assertThat(lines.get(i))
          .matches(
              ".*digit-%d\\.png  %d (\\d+\\.\\d %%  \\d ){2}\\d+\\.\\d %%"
                  .formatted(i, test.label(i)));
    }
  }

  @Test
  void predictsAsTheLibraryDoesInJson() throws IOException {
    Path digit = digit(3);
    Path text = Files.writeString(folder.resolve("text.png"), "no picture");
    Path none = folder.resolve("none.png");
    Outcome outcome =
        capsnet(
            "predict", "--json", "--top", "2", text.toString(), digit.toString(), none.toString());
    assertThat(outcome.status()).isEqualTo(1);
    List<JsonNode> objects = objects(outcome);
    assertThat(objects).hasSize(3);
    assertThat(objects.get(0).path("file").textValue()).isEqualTo(text.toString());
    assertThat(objects.get(0).path("error").textValue()).startsWith(text + ": ");
    assertThat(objects.get(2).path("error").textValue())
        .isEqualTo(none + ": there is no such file or folder");
    JsonNode found = objects.get(1);
    try (ImageClassifier digits = ImageClassifier.ofDigits()) {
      var expected = digits.predict(digit);
      assertThat(found.path("class").textValue()).isEqualTo(expected.className());
      assertThat(found.path("confidence").doubleValue())
          .isCloseTo(expected.confidence(), offset(1e-5));
      assertThat(found.path("top")).hasSize(2);
      assertThat(found.path("top").get(1).path("class").textValue())
          .isEqualTo(expected.top(2).get(1).className());
    }
  }

  @Test
  void whatCannotBeReadIsReportedAndTheOthersAreAnswered() throws IOException {
    Path text = Files.writeString(folder.resolve("text.png"), "no picture");
    Outcome outcome = capsnet("predict", text.toString(), digit(0).toString());
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).startsWith(text + ": ");
    assertThat(outcome.out().lines()).hasSize(1);
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Outcome nothing = capsnet("predict", empty.toString());
    assertThat(nothing.status()).isEqualTo(1);
    nothing.requireComplaint(empty + ": expected pictures ending in ");
  }

  // ---------------------------------------------------------------- evaluate

  @Test
  void evaluatesTheBundledDigitsWithoutOptions() throws IOException {
    Outcome outcome = capsnet("evaluate", "--json");
    assertThat(outcome.status()).as(outcome.err()).isZero();
    JsonNode figures = new ObjectMapper().readTree(outcome.out());
    assertThat(figures.path("images").intValue()).isEqualTo(2000);
    assertThat(figures.path("accuracy").doubleValue()).isGreaterThan(0.99);
    assertThat(figures.path("classes")).hasSize(10);
    assertThat(figures.path("classes").path("7").path("recall").doubleValue()).isGreaterThan(0.97);
  }

  @Test
  void evaluatesAFolderOfSomeOfTheClasses() throws IOException {
    Outcome both = capsnet("evaluate", "--model", model(), "--images", pictures.toString());
    assertThat(both.status()).as(both.err()).isZero();
    assertThat(both.out()).containsPattern("(?m)^dark +12 ").containsPattern("(?m)^light +12 ");
    assertThat(both.lastLine()).matches("accuracy: \\d+\\.\\d\\d %");
    Path other = folder.resolve("other");
    for (String name : List.of("dark", "green")) {
      Files.createDirectories(other.resolve(name));
      Files.copy(digit(0), other.resolve(name).resolve("a.png"));
    }
    Outcome wrong = capsnet("evaluate", "--model", model(), "--images", other.toString());
    assertThat(wrong.status()).isEqualTo(1);
    wrong.requireComplaint(other + ": classes: expected some of [dark, light], got [green]");
    Outcome missing = capsnet("evaluate", "--model", model());
    assertThat(missing.status()).isEqualTo(2);
    missing.requireComplaint("--images: expected a folder, with --model, got nothing");
  }

  // ---------------------------------------------------------------- explain, export, summary

  @Test
  void explainsAPicture() throws IOException {
    Path out = folder.resolve("why.png");
    Path digit = digit(0);
    Outcome outcome = capsnet("explain", digit.toString(), "--out", out.toString());
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out().lines().toList().get(0)).startsWith(digit + ": 7 ");
    assertThat(outcome.lastLine()).isEqualTo("why 7: " + out);
    BufferedImage drawn = ImageIO.read(out.toFile());
    assertThat(drawn.getHeight()).isGreaterThan(3 * 224);
    Path other = folder.resolve("other.png");
    Outcome named = capsnet("explain", digit.toString(), "--class", "1", "--out", other.toString());
    assertThat(named.lastLine()).isEqualTo("why 1: " + other);
    assertThat(Files.readAllBytes(other)).isNotEqualTo(Files.readAllBytes(out));
    Outcome wrong = capsnet("explain", digit.toString(), "--class", "ten");
    assertThat(wrong.status()).isEqualTo(2);
    wrong.requireComplaint("--class: expected one of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], got ten");
  }

  /** A routing without coupling coefficients. */
  record Mean() implements Routing {

    @Override
    public Capsules route(RoutingInput in) {
      return Capsules.ofLength(new SabourSquash().squash(in.votes().mean(1)));
    }
  }

  @Test
  void explainsWithoutCouplingsWhereThereAreNone() throws IOException {
    Kinds.register("test/without-coupling", Mean.class);
    CapsNet.Config sizes =
        CapsNet.Config.paper()
            .with("stem", List.of(new Conv(4, 9, 2)))
            .with("primary", new Primary(2, 4, 5, 2))
            .with("decoder", null)
            .with("routing", new Mean());
    Path file = folder.resolve("mean.safetensors");
    List<String> names = IntStream.range(0, 10).mapToObj(Integer::toString).toList();
    try (ImageClassifier classifier = new ImageClassifier(sizes.build(1), names)) {
      classifier.save(file);
    }
    Path out = folder.resolve("why.png");
    Outcome outcome =
        capsnet(
            "explain", digit(0).toString(), "--model", file.toString(), "--out", out.toString());
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.err()).contains("no row of couplings: ");
    assertThat(out).isNotEmptyFile();
  }

  @Test
  void exportsAModelWithItsNames() throws IOException {
    Path onnx = folder.resolve("own.onnx");
    Outcome outcome = capsnet("export", "--onnx", onnx.toString(), "--model", model());
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.lastLine()).startsWith(onnx + ": EfficientCapsNet for images 3×61×61");
    String bytes = Files.readString(onnx, StandardCharsets.ISO_8859_1);
    assertThat(bytes).contains("capsnet.classes", "[\"dark\",\"light\"]", "lengths");
  }

  @Test
  void summarizesAModel() {
    assertThat(capsnet("summary").out())
        .startsWith("EfficientCapsNet for images 1×28×28, 10 classes, ")
        .contains("classes: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9", "layer ", "multiply-adds");
    assertThat(capsnet("summary", "--model", model()).out()).contains("classes: dark, light");
    Outcome none = capsnet("summary", "--model", folder.resolve("none").toString());
    assertThat(none.status()).isEqualTo(1);
    none.requireComplaint(folder.resolve("none") + ": there is no such file or folder");
  }

  // ---------------------------------------------------------------- the whole

  @Test
  void everyCommandHasHelpWithExamples() {
    assertThat(Runner.line(new Capsnet()).getSubcommands().keySet())
        .containsExactlyElementsOf(COMMANDS);
    for (String command : COMMANDS) {
      Outcome help = capsnet(command, "--help");
      assertThat(help.status()).isZero();
      assertThat(help.out()).contains("Usage: capsnet " + command, "--help", "Example");
      assertThat(help.out().lines()).allMatch(line -> line.length() <= 100);
    }
    assertThat(capsnet("--help").out()).contains(COMMANDS);
  }

  private static void parse(String command) {
    String[] words = command.strip().replaceAll(" [>#].*", "").split(" +", -1);
    assertThat(words[0]).isEqualTo("capsnet");
    Runner.line(new Capsnet()).parseArgs(Arrays.copyOfRange(words, 1, words.length));
  }

  /** Each option and argument of an example is one that there is. */
  @Test
  void theExamplesOfTheHelpAreCommands() {
    for (String command : COMMANDS) {
      CommandLine line = Runner.line(new Capsnet()).getSubcommands().get(command);
      List<String> examples =
          Arrays.stream(line.getCommandSpec().usageMessage().footer())
              .filter(text -> text.startsWith("  capsnet "))
              .toList();
      assertThat(examples).allMatch(text -> text.startsWith("  capsnet " + command));
      examples.forEach(CapsnetTest::parse);
    }
  }

  /** A newcomer copies them. */
  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/command-line.md"})
  void theCommandsOfThePagesAreCommands(String page) throws IOException {
    List<String> commands =
        Files.readAllLines(Path.of("..", page)).stream()
            .filter(line -> line.startsWith("capsnet "))
            .toList();
    assertThat(commands).hasSizeGreaterThan(2);
    commands.forEach(CapsnetTest::parse);
  }

  @Test
  void thePageHasARowForEachCommand() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "command-line.md"));
    for (String command : COMMANDS) {
      assertThat(page).contains("\n| `" + command + "` | ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "paint", "predict", "predict --top x a.png", "export", "train"})
  void wrongUsageIsOneLineAndStatusTwo(String args) {
    Outcome outcome = capsnet(args.isEmpty() ? new String[0] : args.split(" ", -1));
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).contains("(see --help)");
  }

  @Test
  void anUnknownOptionIsNamedAlsoWhereAnotherIsMissing() {
    assertThat(capsnet("predict", "--nope").err()).startsWith("Unknown: --nope. Missing required");
  }

  @Test
  void theListOfCommandsHasWholeSentences() {
    List<String> lines = capsnet("--help").out().lines().toList();
    for (String command : COMMANDS) {
      int at =
          lines.indexOf(
              lines.stream().filter(l -> l.startsWith("  " + command)).findAny().orElseThrow());
      int end = at + 1;
      while (end < lines.size() && lines.get(end).startsWith("    ")) {
        end++;
      }
      assertThat(lines.get(end - 1)).endsWith(".");
    }
  }

  @Test
  void saysItsVersion() {
    Outcome outcome = capsnet("--version");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).startsWith("capsnet ").contains("Java " + Runtime.version());
  }

  @Test
  void aShellCompletesItsCommandsAndOptions() throws Exception {
    Path bash = Path.of("/bin/bash");
    Assumptions.assumeTrue(Files.isExecutable(bash), "there is no bash to complete in");
    Outcome outcome = capsnet("completion");
    assertThat(outcome.status()).isZero();
    Path script = Files.writeString(folder.resolve("completion"), outcome.out());
    String asked =
        "source %s; COMP_WORDS=(capsnet predict --); COMP_CWORD=2; _complete_capsnet; echo ${COMPREPLY[@]}"
            .formatted(script);
    Process shell =
        new ProcessBuilder(bash.toString(), "-c", asked).redirectErrorStream(true).start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).as(said).isZero();
    assertThat(said).contains("--model", "--top", "--json");
  }

  // ---------------------------------------------------------------- the second JVM

  @Test
  void theSecondJvmHasTheFlagsOfTheBuildAndThenThoseOfTheFirst() throws IOException {
    List<String> command = Restart.command("predict", "a b.png");
    assertThat(command).contains("--add-modules=jdk.incubator.vector", "-Xmx1g");
    assertThat(command.subList(command.size() - 3, command.size()))
        .containsExactly(Capsnet.class.getName(), "predict", "a b.png");
    assertThat(Restart.isDue())
        .isEqualTo(ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty());
  }

  @Test
  void aJvmWithoutFlagsStartsOneThatHasThem() throws Exception {
    Path digit = digit(0);
    Process first =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+PrintCommandLineFlags",
                "-cp",
                System.getProperty("java.class.path"),
                Capsnet.class.getName(),
                "predict",
                digit.toString(),
                folder.resolve("none.png").toString())
            .redirectErrorStream(true)
            .start();
    String said;
    try (InputStream in = first.getInputStream()) {
      said = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(first.waitFor()).isEqualTo(1); // the status of the second
    assertThat(said)
        .contains(digit + "  ", "none.png: there is no such file or folder")
        .contains("-XX:MaxHeapSize=1073741824");
  }
}
