package org.capsnet.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.capsnet.examples.comparison.ComparisonCharts;
import org.capsnet.examples.comparison.ComparisonReport;
import org.capsnet.examples.comparison.ComparisonResult;
import org.capsnet.examples.comparison.ComparisonRow;
import org.capsnet.examples.comparison.ComparisonRun;
import org.capsnet.examples.comparison.Contestant;
import org.capsnet.examples.comparison.Contestant.Group;
import org.capsnet.examples.comparison.Contestants;
import org.capsnet.examples.digits.ImageSource;
import org.capsnet.examples.digits.SplitOptions;
import org.capsnet.examples.options.AugmentationOptions;
import org.capsnet.examples.options.NetworkChoice;
import org.capsnet.examples.options.Ranges;
import org.capsnet.examples.options.RoutingChoice;
import org.capsnet.examples.options.Runner;
import org.capsnet.examples.options.SeedOptions;
import org.capsnet.examples.options.TrainingOptions;
import org.capsnet.examples.output.Pictures;
import org.capsnet.io.FolderLock;
import org.capsnet.kernel.Machine;
import org.capsnet.kernel.Threads;
import org.capsnet.model.Architecture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares all routings in one network, and the published networks with each other. */
@Command(
    name = "comparison",
    sortOptions = false,
    description = {
      "Trains one network with each routing in turn, and the published networks, all on the same",
      "images, and compares their accuracy, also on changed images, their size and their speed.",
      "A routing of your own takes part once it has a name: by a KindProvider on the class path,",
      "or by Kinds.register before main is called."
    },
    footer = {
      "",
      "The output folder gets comparison.md and comparison.csv, rotation.png, speed.png and"
          + " entropy.png, and a folder for each routing and network with the model of each seed"
          + " and, while it is trained, checkpoints. --resume continues: what is finished is not"
          + " trained again, and routings and seeds can be added."
    })
public final class RoutingComparison implements Callable<Integer> {

  private static final int ITERATIONS = 3;

  private static final List<String> LENGTHENING =
      List.of(
          "--train-size", "--test-size", "--epochs", "--batch", "--networks", "--learning-rates");

  @Mixin private ImageSource source;

  @Mixin
  private TrainingOptions training =
      new TrainingOptions(5, 32, 0.001, Path.of("runs", "comparison"), "comparison.csv");

  @Option(names = "--help", usageHelp = true, description = "Shows this help and ends.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  @Mixin private SeedOptions seeds = new SeedOptions();

  @Mixin private AugmentationOptions changes = new AugmentationOptions();

  @Option(
      names = "--routings",
      paramLabel = "NAME",
      split = ",",
      converter = RoutingChoice.Converter.class,
      completionCandidates = RoutingChoice.Names.class,
      description = {
        "Those to compare, with commas between them, and with other settings if need be, as"
            + " dynamic:iterations=1: ${COMPLETION-CANDIDATES}. Default: all, and"
            + " dynamic:leaky=true."
      })
  private List<RoutingChoice> routings;

  @Option(
      names = "--learning-rates",
      paramLabel = "RATE",
      split = ",",
      description = {
        "Several, with commas between them, in place of --learning-rate: with the first seed each"
            + " contestant is trained with each of them, in a folder of its own, and goes on with the"
            + " one that is best on the validation images."
      })
  private List<Double> learningRates;

  @Option(
      names = "--routing-iterations",
      defaultValue = "" + ITERATIONS,
      description = "Of routings that have iterations. Default: ${DEFAULT-VALUE}.")
  private int routingIterations;

  @Option(
      names = "--backbone",
      defaultValue = "CAPSNET",
      description = {
        "The network that routings are compared in: CAPSNET, with a quarter of the paper's channels"
            + " and capsules and no decoder, or one of those with a routing to choose, EFFICIENT,"
            + " MATRIX, SELF_ROUTING, PATH and DEEP. Default: ${DEFAULT-VALUE}."
      })
  private NetworkChoice backbone;

  @Option(names = "--paper", description = "Takes the backbone in its paper's size.")
  private boolean paper;

  @Option(
      names = "--networks",
      paramLabel = "NAME",
      split = ",",
      description = {
        "The networks to compare, with commas between them: ${COMPLETION-CANDIDATES}. Default: all,"
            + " and a plain one with as many parameters as that of the routings."
      })
  private List<NetworkChoice> networks;

  @Option(names = "--no-networks", description = "Compares routings alone.")
  private boolean noNetworks;

  @Option(
      names = "--smoke",
      description =
          "Tries all of it within a minute, with 1 epoch of a few images, and of the networks the"
              + " fastest alone.")
  private boolean smoke;

  @Spec private CommandSpec spec;

  RoutingComparison() {}

  /**
   * Runs the comparison.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(Runner.run(new RoutingComparison(), args));
  }

  @Override
  public Integer call() throws IOException {
    requireRanges();
    training.requireNothingFinished();
    SplitOptions.Sets sets = source.read(training.seed());
    System.out.println(sets.description());
    Architecture.OfImages<?, ?> chosen = Contestants.backbone(backbone, paper, sets.train());
    Contestants contestants = contestants(sets, chosen);
    contestants
        .absent()
        .forEach(one -> System.out.println("not compared: " + one.name() + ": " + one.reason()));
    ComparisonRun run = new ComparisonRun(training, changes, sets);
    run.requireSchedule();
    List<Path> folders = folders(run, contestants);
    training.requireNothingToLose(folders);
    try (FolderLock lock = training.begin(folders)) {
      if (training.overwrites()) {
        ComparisonRun.forget(folders);
      }
      List<ComparisonRow> rows = rows(run, contestants);
      show(new ComparisonReport(facts(sets, chosen), rows, contestants.absent()));
    }
    return 0;
  }

  /** A short run, of which options that would make it a long one are no part. */
  private void shorten() {
    for (String option : LENGTHENING) {
      Ranges.require(
          !spec.commandLine().getParseResult().hasMatchedOption(option),
          "--smoke and " + option,
          "one of them",
          "both");
    }
    source.shorten(60, 20);
    training.shorten(1, 20);
    networks = noNetworks ? null : List.of(NetworkChoice.EFFICIENT, NetworkChoice.RESNET);
  }

  private void requireRanges() {
    if (smoke) {
      shorten();
    }
    source.requireRanges();
    training.requireRanges();
    seeds.requireRanges(training.seed());
    changes.requireRanges();
    requireRates();
    Ranges.atLeast(1, "--routing-iterations", routingIterations);
    Ranges.require(
        backbone.routing().isPresent(),
        "--backbone",
        "a network with a routing to choose",
        backbone);
    requireRoutings();
    if (networks != null) {
      Ranges.require(!noNetworks, "--networks and --no-networks", "one of them", "both");
      Ranges.eachOnce("--networks", networks);
    }
  }

  private void requireRates() {
    if (learningRates == null) {
      return;
    }
    Ranges.require(
        !spec.commandLine().getParseResult().hasMatchedOption("--learning-rate"),
        "--learning-rate and --learning-rates",
        "one of them",
        "both");
    learningRates.forEach(rate -> Ranges.above(0, "--learning-rates", rate));
    Ranges.eachOnce("--learning-rates", learningRates);
  }

  private List<Double> rates() {
    return learningRates == null ? List.of(training.learningRate()) : learningRates;
  }

  /** Of routings that were asked for; others that cannot be made are listed. */
  private void requireRoutings() {
    if (routings == null) {
      return;
    }
    Ranges.eachOnce("--routings", routings);
    Ranges.require(
        routings.stream().anyMatch(RoutingChoice::iterates)
            || !spec.commandLine().getParseResult().hasMatchedOption("--routing-iterations"),
        "--routing-iterations",
        "a routing with iterations",
        routings);
    for (RoutingChoice choice : routings) {
      try {
        choice.of(routingIterations);
      } catch (IllegalArgumentException e) {
        throw new Ranges.WrongOption("--routings " + choice + ": " + e.getMessage());
      }
    }
  }

  private Contestants contestants(SplitOptions.Sets sets, Architecture.OfImages<?, ?> chosen) {
    Contestants contestants =
        new Contestants(sets.train(), training.batch(), training.dtype(), changes);
    if (routings == null) {
      contestants.addAllRoutings(backbone, chosen, routingIterations);
    } else {
      contestants.addRoutings(routings, backbone, chosen, routingIterations);
    }
    if (!noNetworks) {
      contestants.addNetworks(networks == null ? Arrays.asList(NetworkChoice.values()) : networks);
      if (networks == null) {
        contestants.addPlainOneOfTheBackbone();
      }
    }
    return contestants;
  }

  private List<Path> folders(ComparisonRun run, Contestants contestants) {
    return contestants.taking().stream()
        .flatMap(
            one ->
                seeds.from(training.seed()).stream()
                    .flatMap(seed -> run.folders(one, seed, rates()).stream()))
        .toList();
  }

  private List<ComparisonRow> rows(ComparisonRun run, Contestants contestants) throws IOException {
    List<ComparisonRow> rows = new ArrayList<>();
    List<Contestant> all = contestants.taking();
    for (Contestant one : all) {
      List<ComparisonResult> whole = new ArrayList<>();
      List<Double> rates = rates();
      for (long seed : seeds.from(training.seed())) {
        String what = one.name() + ", seed " + seed;
        System.out.printf("%d of %d: %s%n", all.indexOf(one) + 1, all.size(), what);
        ComparisonResult result = run.result(one, seed, rates);
        if (result.isWhole()) {
          whole.add(result);
          rates = List.of(result.rate());
        }
        if (!result.fault().isEmpty()) {
          contestants.stopped(what, result.fault());
        }
      }
      if (!whole.isEmpty()) {
        rows.add(new ComparisonRow(one, whole));
      }
    }
    return rows;
  }

  private void show(ComparisonReport report) throws IOException {
    Path out = training.out();
    report.write(out.resolve("comparison.md"), training.last());
    System.out.print(report.table(Group.ROUTING));
    System.out.print(report.table(Group.NETWORK));
    System.out.print(report.absentees());
    ComparisonCharts charts = new ComparisonCharts(report);
    Pictures pictures = new Pictures();
    if (!report.rows().isEmpty()) {
      pictures.draw(out.resolve("rotation.png"), charts::rotation);
      pictures.draw(out.resolve("speed.png"), charts::speed);
    }
    if (charts.hasEntropies()) {
      pictures.draw(out.resolve("entropy.png"), charts::entropy);
    }
    pictures.report();
    System.out.println("tables and pictures: " + out.toAbsolutePath().normalize());
  }

  private Map<String, String> facts(SplitOptions.Sets sets, Architecture.OfImages<?, ?> chosen) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("images", source.name() + ", " + sets.description());
    facts.put("training", training.words(rates()) + ", images changed by " + changes);
    facts.put("seeds", seeds.from(training.seed()).toString());
    facts.put("network of the routings", "`" + Contestant.written(chosen) + "`");
    facts.put(
        "iterations of routings that iterate and name no number",
        Integer.toString(routingIterations));
    facts.put("CPU", Machine.cpu());
    facts.put("threads", Integer.toString(Threads.count()));
    facts.put("Java", Runtime.version() + ", " + System.getProperty("java.vm.name"));
    facts.put("commit", commit());
    return facts;
  }

  /** That of the folder that this runs in, if it is of a repository and git is there. */
  private static String commit() {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty", "--exclude", "*").start();
      git.getOutputStream().close();
      String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return said.isEmpty() ? "unknown" : said;
    } catch (IOException e) {
      return "unknown";
    }
  }
}
