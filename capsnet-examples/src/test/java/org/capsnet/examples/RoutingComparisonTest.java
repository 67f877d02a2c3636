package org.capsnet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.examples.comparison.TestChange;
import org.capsnet.examples.digits.BundledMnist;
import org.capsnet.io.Kinds;
import org.capsnet.model.classification.ImageClassifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The comparison as it is called from a shell, but for the end of the JVM. */
class RoutingComparisonTest {

  private static final String SHARED = "uniform with shared matrices";

  private static final String[] TINY = {
    "--train-size", "40", "--test-size", "10", "--epochs", "1", "--batch", "20", "--no-networks"
  };

  @TempDir private static Path shared;

  private static Outcome smoke;

  @TempDir private Path folder;

  /** A user's routing: each output capsule is the mean of its votes, times a factor. */
  record Mean(double factor) implements Routing {

    Mean() {
      this(1);
    }

    @Override
    public Capsules route(RoutingInput in) {
      Variable mean = in.votes().mean(1).times(factor);
      return Capsules.ofLength(new SabourSquash().squash(mean));
    }
  }

  /** One whose setting nobody can guess. */
  record Factored(double factor) implements Routing {

    @Override
    public Capsules route(RoutingInput in) {
      return new Mean(factor).route(in);
    }
  }

  /** One with a fault: activations beyond 1. */
  record Faulty() implements Routing {

    @Override
    public Capsules route(RoutingInput in) {
      Capsules made = new Mean().route(in);
      return new Capsules(made.pose(), made.activation().plus(7));
    }
  }

  /** One whose training has no end that is a number. */
  record Endless() implements Routing {

    @Override
    public Capsules route(RoutingInput in) {
      Capsules made = new Mean().route(in);
      return new Capsules(made.pose(), made.activation().plus(-2).log());
    }
  }

  /** One that breaks off after some passes, as a machine does. */
  record Moody() implements Routing {

    private static int passes = Integer.MAX_VALUE;

    @Override
    public Capsules route(RoutingInput in) {
      passes--;
      if (passes < 0) {
        throw new UnsupportedOperationException("not today");
      }
      return new Mean().route(in);
    }
  }

  @AfterEach
  void cheerUp() {
    Moody.passes = Integer.MAX_VALUE;
  }

  @BeforeAll
  static void tryAll() {
    Kinds.register("test/mean", Mean.class);
    Kinds.register("test/factored", Factored.class);
    Kinds.register("test/faulty", Faulty.class);
    smoke = Outcome.of(new RoutingComparison(), "--smoke", "--out", shared.toString());
  }

  private static Outcome run(Object... more) {
    return Outcome.of(
        new RoutingComparison(),
        Stream.concat(Arrays.stream(TINY), Arrays.stream(more).map(Object::toString))
            .toArray(String[]::new));
  }

  /** The cells of the table of numbers, by group and name, then by column. */
  private static Map<String, Map<String, String>> numbers(Path out) throws IOException {
    List<String> lines = Files.readAllLines(out.resolve("comparison.csv"));
    List<String> head = List.of(lines.get(0).split(","));
    Map<String, Map<String, String>> rows = new TreeMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      assertThat(cells).hasSameSizeAs(head);
      Map<String, String> row = new TreeMap<>();
      for (int i = 0; i < cells.length; i++) {
        row.put(head.get(i), cells[i]);
      }
      rows.put(cells[0] + " " + cells[1], row);
    }
    return rows;
  }

  private static Map<Path, String> models(Path out) throws IOException {
    Map<Path, String> times = new TreeMap<>();
    try (Stream<Path> files = Files.walk(out)) {
      for (Path file : files.filter(f -> f.endsWith("model.safetensors")).toList()) {
        times.put(out.relativize(file), Files.getLastModifiedTime(file).toString());
      }
    }
    return times;
  }

  // ---------------------------------------------------------------- the smoke run

  @Test
  void everyRoutingHasARow() throws IOException {
    assertThat(smoke.lastLine()).startsWith("tables and pictures: ");
    String page = Files.readString(shared.resolve("comparison.md"));
    List<String> expected = new ArrayList<>(List.of("dynamic:leaky=true", SHARED));
    Kinds.of(Routing.class).keySet().stream()
        .filter(
            name ->
                !List.of("test/factored", "test/faulty", "test/moody", "test/endless")
                    .contains(name))
        .forEach(expected::add);
    assertThat(expected).hasSizeGreaterThanOrEqualTo(14).contains("test/mean");
    Map<String, Map<String, String>> rows = numbers(shared);
    for (String name : expected) {
      assertThat(page).contains("\n| `" + name + "` | ");
      Map<String, String> row = rows.get("routing " + name);
      assertThat(row).as(name).isNotNull();
      assertThat(Double.parseDouble(row.get("accuracy_test"))).isBetween(0.0, 1.0);
      assertThat(row.get("accuracy_at_0")).isEqualTo(row.get("accuracy_test"));
      assertThat(Double.parseDouble(row.get("trained_images_per_second"))).isPositive();
      assertThat(Double.parseDouble(row.get("predicted_images_per_second"))).isPositive();
      assertThat(Long.parseLong(row.get("multiply_adds"))).isPositive();
      assertThat(Long.parseLong(row.get("training_bytes"))).isPositive();
      assertThat(smoke.out()).contains("| `" + name + "` | ");
    }
    assertThat(rows.keySet()).contains("network efficient", "network resnet");
    assertThat(rows).hasSize(expected.size() + 2);
    assertThat(Long.parseLong(rows.get("routing " + SHARED).get("parameters")))
        .isLessThan(Long.parseLong(rows.get("routing uniform").get("parameters")));
  }

  @Test
  void numbersAreThoseOfTheSavedModels() throws IOException {
    Map<String, String> row = numbers(shared).get("routing em");
    Path file = shared.resolve("routing/em/seed-1/model.safetensors");
    try (ImageClassifier em = ImageClassifier.load(file)) {
      assertThat(row.get("parameters")).isEqualTo("" + em.net().parameterCount());
      assertThat(row.get("accuracy_test"))
          .isEqualTo("" + em.evaluate(BundledMnist.test().take(20)).accuracy());
      assertThat(row.get("accuracy_at_-45"))
          .isEqualTo(
              "" + em.evaluate(TestChange.turned(BundledMnist.test().take(20), -45)).accuracy());
      assertThat(row.get("accuracy_affine"))
          .isEqualTo(
              "" + em.evaluate(TestChange.AFFINE.of(BundledMnist.test().take(20))).accuracy());
      assertThat(row.get("multiply_adds")).isEqualTo("" + em.net().summary().multiplyAdds());
    }
  }

  @Test
  void entropyIsByIteration() throws IOException {
    Map<String, Map<String, String>> rows = numbers(shared);
    Map<String, String> em = rows.get("routing em");
    assertThat(Double.parseDouble(em.get("entropy_1"))).isBetween(0.9999, 1.0001);
    assertThat(Double.parseDouble(em.get("entropy_3")))
        .isPositive()
        .isLessThan(Double.parseDouble(em.get("entropy_2")));
    assertThat(rows.get("routing uniform").get("entropy_2")).isEmpty();
    assertThat(rows.get("routing test/mean").get("entropy_1")).isEmpty();
  }

  @Test
  void whatCannotTakePartIsListedWithTheReason() throws IOException {
    String page = Files.readString(shared.resolve("comparison.md"));
    for (String said : List.of(page, smoke.out())) {
      assertThat(said)
          .contains("AttentionStack (Tsai et al. 2020): it routes two layers or more together")
          .contains("HomogeneousCapsules (Byerly et al. 2021): ")
          .containsPattern("test/factored: not a routing: factor: expected a number")
          .containsPattern("test/faulty: .*activation.*0 to 1");
    }
    assertThat(page).doesNotContain("| `test/faulty`");
  }

  @Test
  void saysWhereItWasMeasuredAndOnWhat() throws IOException {
    assertThat(Files.readString(shared.resolve("comparison.md")))
        .contains("- images: MNIST, ", " and 20 test images of 28×28 pixels, 10 classes")
        .contains("- training: epochs: 1, batches of 20, Adam with a learning rate of 0.001")
        .contains("- seeds: [1]", "- CPU: ", "- threads: ", "- commit: ")
        .contains("- Java: " + Runtime.version())
        .contains("\"kind\":\"capsnet\"")
        .contains("Each is of one training");
  }

  @Test
  void picturesAreDrawn() throws IOException {
    for (String picture : List.of("rotation.png", "speed.png", "entropy.png")) {
      BufferedImage image = ImageIO.read(shared.resolve(picture).toFile());
      assertThat(image.getWidth()).as(picture).isBetween(500, 2000);
      long colours =
          Arrays.stream(image.getRGB(0, 0, image.getWidth(), 350, null, 0, image.getWidth()))
              .distinct()
              .count();
      assertThat(colours).as(picture).isGreaterThan(20);
    }
  }

  /** Those of a finished training are of no more use. */
  @Test
  void noCheckpointIsLeft() throws IOException {
    try (Stream<Path> files = Files.walk(shared)) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .contains("result.json")
          .doesNotContain("checkpoints");
    }
  }

  // ---------------------------------------------------------------- learning rates

  private static double validation(Path folder) throws IOException {
    return new ObjectMapper()
        .readTree(folder.resolve("trial.json").toFile())
        .get("validation")
        .doubleValue();
  }

  @Test
  void theLearningRateThatIsBestOnValidationImagesIsTaken() throws IOException {
    Path out = folder.resolve("out");
    String options =
        "--routings uniform --no-networks --learning-rates 0.00000001,0.01 --seeds 2 --test-size 10"
            + " --train-size 80 --validation 0.5 --epochs 3 --batch 20 --out "
            + out;
    Outcome outcome = Outcome.of(new RoutingComparison(), options.split(" ", -1));
    assertThat(outcome.status()).as(outcome.err()).isZero();
    Path first = out.resolve("routing/uniform/seed-1");
    Path best = first.resolve("learning-rate-0.01");
    assertThat(validation(best)).isGreaterThan(validation(first.resolve("learning-rate-1.0E-8")));
    assertThat(numbers(out).get("routing uniform").get("learning_rate")).isEqualTo("0.01");
    try (ImageClassifier taken = ImageClassifier.load(first.resolve("model.safetensors"));
        ImageClassifier tried = ImageClassifier.load(best.resolve("model.safetensors"))) {
      assertThat(taken.net().state()).isEqualTo(tried.net().state());
    }
    assertThat(Files.readString(out.resolve("comparison.md")))
        .contains("Adam with a learning rate of 1.0E-8 or 0.01 (exponential)")
        .contains("| `uniform` | margin | 0.01 | ");
    Path second = out.resolve("routing/uniform/seed-2");
    assertThat(second.resolve("learning-rate-0.01")).doesNotExist();
    assertThat(Files.readString(second.resolve("result.json"))).contains("learning rate of 0.01 (");

    Files.delete(first.resolve("result.json")); // what was tried is not tried again
    Map<Path, String> models = models(out);
    models.remove(out.relativize(first.resolve("model.safetensors")));
    String resumed = options + " --resume";
    assertThat(Outcome.of(new RoutingComparison(), resumed.split(" ", -1)).status()).isZero();
    assertThat(models(out)).containsAllEntriesOf(models);
  }

  @Test
  void aLearningRateThatFailsIsNotTakenAndAllThatFailAreSaid() throws IOException {
    Kinds.register("test/endless", Endless.class);
    Path out = folder.resolve("out");
    run("--routings", "uniform,test/endless", "--learning-rates", "1,0.001", "--out", out);
    assertThat(Files.readString(out.resolve("comparison.md")))
        .contains("\n- test/endless, seed 1: learning rate 1.0: ", "; learning rate 0.001: ");
    Path mixed = folder.resolve("mixed");
    run("--routings", "uniform", "--learning-rates", "1e30,0.001", "--out", mixed);
    assertThat(Files.readString(mixed.resolve("comparison.md")))
        .contains("\n- uniform, seed 1: learning rate 1.0E30: step 2 ")
        .contains("| `uniform` | margin | 0.001 | ");
    run("--routings", "uniform", "--learning-rate", "Infinity", "--out", folder.resolve("other"))
        .requireComplaint("--learning-rate: expected above 0.0, got Infinity");
  }

  @Test
  void oneThatIsOverwrittenForgetsAtOnceWhatWasFound() throws IOException {
    Kinds.register("test/moody", Moody.class);
    Path out = folder.resolve("out");
    String routings = "test/moody,uniform";
    assertThat(run("--routings", routings, "--out", out).status()).isZero();
    Path found = out.resolve("routing/uniform/seed-1/result.json");
    assertThat(found).exists();
    // What is refused for its number of images loses nothing.
    Object[] brief = {
      "--routings", routings, "--out", out, "--overwrite", "--schedule", "ONE_CYCLE"
    };
    assertThat(run(brief).err())
        .startsWith("--schedule ONE_CYCLE: expected a training of 3 steps or more, got 2");
    assertThat(found).exists();
    Moody.passes = 2; // the trial, and a step of two
    try {
      assertThat(run("--routings", routings, "--out", out, "--overwrite").status()).isEqualTo(1);
    } finally {
      Moody.passes = Integer.MAX_VALUE;
    }
    assertThat(found).doesNotExist();
    assertThat(run("--routings", routings, "--out", out, "--resume").status()).isZero();
    assertThat(found).exists();
  }

  // ---------------------------------------------------------------- resuming

  @Test
  void whatIsFinishedIsNotTrainedAgainAndMoreCanBeAdded() throws IOException {
    Path out = folder.resolve("out");
    run("--routings", "uniform", "--out", out);
    Map<Path, String> first = models(out);
    Map<String, String> row = numbers(out).get("routing uniform");
    assertThat(first).hasSize(1);

    run("--routings", "uniform", "--out", out)
        .requireComplaint(
            out
                + " holds a finished comparison: --resume adds what it lacks, --overwrite starts"
                + " again, --out takes another folder");

    assertThat(run("--routings", "uniform,static", "--seeds", 2, "--out", out, "--resume"))
        .extracting(Outcome::status)
        .isEqualTo(0);
    assertThat(models(out)).hasSize(4).containsAllEntriesOf(first);
    assertThat(numbers(out).get("routing uniform").get("runs")).isEqualTo("2");
    Map<Path, String> four = models(out);
    Path lost = out.resolve("routing/static/seed-2/result.json");
    String result = Files.readString(lost);
    Files.delete(lost);
    Files.delete(out.resolve("comparison.csv"));
    assertThat(run("--routings", "uniform,static", "--seeds", 2, "--out", out).err())
        .contains("unfinished training: --resume continues it");
    assertThat(run("--routings", "uniform,static", "--seeds", 2, "--out", out, "--resume").status())
        .isZero();
    assertThat(models(out))
        .containsEntry(
            Path.of("routing/uniform/seed-2/model.safetensors"),
            four.get(Path.of("routing/uniform/seed-2/model.safetensors")));
    // The same but for how fast it was.
    assertThat(Files.readString(lost).replaceAll("\"(trained|predicted)\":[^,]*", ""))
        .isEqualTo(result.replaceAll("\"(trained|predicted)\":[^,]*", ""));

    assertThat(run("--routings", "uniform", "--out", out, "--resume").status()).isZero();
    Map<String, String> again = numbers(out).get("routing uniform");
    assertThat(again).isEqualTo(row);
  }

  @Test
  void theResultsOfAnotherComparisonAreNotTaken() throws IOException {
    Path out = folder.resolve("out");
    run("--routings", "uniform", "--out", out);
    for (String other : List.of("--learning-rate 0.01", "--rotate 5", "--backbone efficient")) {
      List<Object> options = new ArrayList<>(List.of("--routings", "uniform", "--out", out));
      options.addAll(List.of(other.split(" ")));
      options.add("--resume");
      Outcome refused = run(options.toArray());
      assertThat(refused.status()).as(other).isEqualTo(1);
      assertThat(refused.err().lines().filter(line -> line.contains("result.json")))
          .singleElement()
          .asString()
          .contains("is of another comparison: expected ");
    }
    assertThat(run("--routings", "uniform", "--out", out, "--rotate", 5, "--overwrite").status())
        .isZero();
  }

  @Test
  void aTrainingThatBrokeOffGoesOnFromItsCheckpoint() throws IOException {
    Kinds.register("test/moody", Moody.class);
    Path whole = folder.resolve("whole");
    Object[] options = {"--routings", "test/moody", "--checkpoint-every", 1, "--out"};
    run(Stream.concat(Arrays.stream(options), Stream.of(whole)).toArray());
    Path out = folder.resolve("out");
    Moody.passes = 2; // the trial, and a step of two
    assertThat(run(Stream.concat(Arrays.stream(options), Stream.of(out)).toArray()).status())
        .isEqualTo(1);
    Path broken = out.resolve("routing/test-moody/seed-1");
    assertThat(broken.resolve("checkpoints")).isNotEmptyDirectory();
    assertThat(broken.resolve("result.json")).doesNotExist();

    Moody.passes = Integer.MAX_VALUE;
    Object[] decaying =
        Stream.concat(Arrays.stream(options), Stream.of(out, "--resume", "--weight-decay", 0.1))
            .toArray();
    assertThat(run(decaying).err())
        .contains("another training: training: expected ", "weight decay 0.1, got ");

    // The trial, the other step, a batch of validation, 14 tests, couplings: not one step more.
    Moody.passes = 1 + 1 + 1 + 14 + 1;
    Object[] resumed = Stream.concat(Arrays.stream(options), Stream.of(out, "--resume")).toArray();
    Outcome outcome = run(resumed);
    assertThat(outcome.lastLine()).startsWith("tables");
    assertThat(broken.resolve("model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("routing/test-moody/seed-1/model.safetensors"));
  }

  private static List<Path> checkpoints(Path training) throws IOException {
    try (Stream<Path> files = Files.list(training.resolve("checkpoints"))) {
      return files.toList();
    }
  }

  @Test
  void aComparisonOfLearningRatesThatBrokeOffGoesOnWithTheRateItWasAt() throws IOException {
    Kinds.register("test/moody", Moody.class);
    Path whole = folder.resolve("whole");
    Object[] options = {
      "--routings",
      "test/moody",
      "--learning-rates",
      "0.1,0.001",
      "--checkpoint-every",
      1,
      "--resume",
      "--out"
    };
    run(Stream.concat(Arrays.stream(options), Stream.of(whole)).toArray());
    Path out = folder.resolve("out");
    Object[] broken = Stream.concat(Arrays.stream(options), Stream.of(out)).toArray();
    Moody.passes = 1 + 2 + 1 + 1; // the trial, the first rate, validation, a step of the second
    assertThat(run(broken).status()).isEqualTo(1);
    Path own = out.resolve("routing/test-moody/seed-1");
    assertThat(own.resolve("learning-rate-0.1/trial.json")).exists();
    assertThat(checkpoints(own.resolve("learning-rate-0.001"))).isNotEmpty();
    assertThat(own.resolve("learning-rate-0.001/trial.json")).doesNotExist();

    // What is known of the first rate is enough, and of the second the other step is left.
    for (Path checkpoint : checkpoints(own.resolve("learning-rate-0.1"))) {
      Files.delete(checkpoint);
    }
    Moody.passes = 1 + 1 + 1 + 14 + 1; // as above
    Outcome resumed = run(broken);
    assertThat(resumed.lastLine()).as(resumed.err()).startsWith("tables");
    Path same = whole.resolve("routing/test-moody/seed-1");
    for (String model : List.of("", "learning-rate-0.1/", "learning-rate-0.001/")) {
      assertThat(own.resolve(model + "model.safetensors"))
          .hasSameBinaryContentAs(same.resolve(model + "model.safetensors"));
    }
  }

  @Test
  void aTrainingThatDivergesIsListedAndTheOthersGoOn() throws IOException {
    Kinds.register("test/endless", Endless.class);
    Path out = folder.resolve("out");
    Object[] options = {"--routings", "test/endless,uniform", "--out", out};
    assertThat(run(options).lastLine()).startsWith("tables");
    String page = Files.readString(out.resolve("comparison.md"));
    assertThat(page).containsPattern("(?m)^- test/endless, seed 1: .*NaN");
    assertThat(numbers(out).keySet()).containsExactly("routing uniform");
    String result = Files.readString(out.resolve("routing/test-endless/seed-1/result.json"));
    Outcome again = run(Stream.concat(Arrays.stream(options), Stream.of("--resume")).toArray());
    assertThat(again.err()).doesNotContain("begins");
    assertThat(out.resolve("routing/test-endless/seed-1/result.json")).hasContent(result);
    assertThat(out.resolve("comparison.md")).hasContent(page);
  }

  // ---------------------------------------------------------------- options

  @Test
  void routingsHaveSettings() throws IOException {
    Path out = folder.resolve("out");
    Outcome outcome =
        run(
            "--routings",
            "dynamic:iterations=1,em,test/factored:factor=2",
            "--routing-iterations",
            2,
            "--seeds",
            2,
            "--out",
            out);
    assertThat(outcome.status()).as(outcome.err()).isZero();
    Map<String, Map<String, String>> rows = numbers(out);
    assertThat(rows.keySet())
        .containsExactly(
            "routing dynamic:iterations=1", "routing em", "routing test/factored:factor=2");
    assertThat(rows.get("routing em")).doesNotContainKey("entropy_3");
    assertThat(rows.get("routing em").get("entropy_2")).isNotEmpty();
    assertThat(rows.get("routing dynamic:iterations=1").get("entropy_2")).isEmpty();
    assertThat(rows.get("routing em").get("deviation_turned")).isNotEmpty();
    assertThat(Files.readString(out.resolve("comparison.md")))
        .containsPattern("`em` \\| spread \\| 0.001 \\| \\d+\\.\\d\\d ± \\d+\\.\\d\\d \\| ")
        .contains("± is the standard deviation of a training, of up to 2 seeds")
        .contains("- seeds: [1, 2]")
        .doesNotContain("## Networks", "## Left out");
  }

  @Test
  void networksAreComparedToo() throws IOException {
    Path out = folder.resolve("out");
    Outcome outcome =
        Outcome.of(
            new RoutingComparison(),
            ("--train-size 40 --test-size 10 --epochs 1 --batch 20 --routings self-routing"
                    + " --networks efficient,self_routing --backbone efficient --out "
                    + out)
                .split(" "));
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(numbers(out).keySet())
        .containsExactly("network efficient", "network self-routing", "routing self-routing");
    assertThat(models(out)).hasSize(3);
    assertThat(Files.readString(out.resolve("comparison.md"))).contains("efficient-capsnet");
  }

  @Test
  void helpListsEveryOption() {
    Outcome help = Outcome.of(new RoutingComparison(), "--help");
    assertThat(help.status()).isZero();
    new CommandLine(new RoutingComparison())
        .getCommandSpec()
        .options()
        .forEach(
            option -> {
              assertThat(option.description()).as(option.longestName()).isNotEmpty();
              assertThat(help.out()).contains(option.longestName());
            });
    assertThat(help.out()).contains("--smoke", "--resume", "--seeds", "--data", "--dataset");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--learning-rates 0.1,0 | --learning-rates: expected above 0.0, got 0.0",
        "--learning-rates 0.1,0.1 | --learning-rates: expected each once, got [0.1, 0.1]",
        "--routings uniform,uniform | --routings: expected each once, got [uniform, uniform]",
        "--routings uniform --routing-iterations 2 | --routing-iterations: expected a routing with"
            + " iterations, got [uniform]",
        "--learning-rates 1 --learning-rate 1 | --learning-rate and --learning-rates: expected one of"
            + " them, got both",
        "--routings majority | Invalid value for option '--routings' (NAME): expected one of",
        "--routings em:warmth=2 | --routings em:warmth=2: not a routing: ",
        "--routings test/factored | --routings test/factored: not a routing: factor: expected a",
        "--networks lenet | Invalid value for option '--networks'",
        "--networks hvc | --networks and --no-networks: expected one of them, got both",
        "--backbone resnet | --backbone: expected a network with a routing to choose, got RESNET",
        "--routing-iterations 0 | --routing-iterations: expected at least 1, got 0",
        "--seeds 0 | --seeds: expected at least 1, got 0",
        "--smoke | --smoke and --train-size: expected one of them, got both",
        "--epochs 0 | option '--epochs' (<epochs>) should be specified only once",
        "--dataset coil20 | --dataset COIL20 is not bundled: add --data PLACE",
        "stray | Unmatched argument at index 11: 'stray'",
      })
  void wrongArgumentsAreToldInOneLine(String args, String message) {
    List<Object> all = new ArrayList<>(List.of("--out", folder.resolve("out")));
    all.addAll(List.of(args.split(" ")));
    Outcome outcome = run(all.toArray());
    assertThat(outcome.status()).as(outcome.err()).isEqualTo(2);
    outcome.requireComplaint(message);
  }
}
