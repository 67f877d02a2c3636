package org.capsnet.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.capsnet.data.objects.Coil20;
import org.capsnet.examples.comparison.Contestant;
import org.capsnet.examples.comparison.Contestant.Absent;
import org.capsnet.examples.comparison.Contestants;
import org.capsnet.examples.comparison.ViewpointReport;
import org.capsnet.examples.comparison.ViewpointResult;
import org.capsnet.examples.comparison.ViewpointRun;
import org.capsnet.examples.comparison.ViewpointSets;
import org.capsnet.examples.options.AugmentationOptions;
import org.capsnet.examples.options.NetworkChoice;
import org.capsnet.examples.options.Ranges;
import org.capsnet.examples.options.Runner;
import org.capsnet.examples.options.SeedOptions;
import org.capsnet.examples.options.TrainingOptions;
import org.capsnet.examples.output.Pictures;
import org.capsnet.io.FolderLock;
import org.capsnet.train.DivergedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Asks the question of Hinton et al. (2018): how much worse are networks on viewpoints that they
 * have not seen, when they are equally good on those that they have?
 */
@Command(
    name = "viewpoints",
    sortOptions = false,
    description = {
      "Trains networks on the objects of COIL-20 seen from near the front, and compares their errors"
          + " on other viewpoints, each at the first epoch in which it is as good as the others on"
          + " familiar ones. Beside each network stands a plain one with as many parameters."
    },
    footer = {
      "",
      "The output folder gets viewpoints.md, viewpoints.csv and viewpoints.png, and a folder for"
          + " each network with the model of each seed and, while it is trained, checkpoints."
          + " --resume continues: what is finished is not trained again, and networks and seeds can"
          + " be added."
    })
public final class ViewpointComparison implements Callable<Integer> {

  @Option(
      names = "--data",
      required = true,
      paramLabel = "PLACE",
      description = "The file COIL20.mat, or the folder that has it.")
  private Path data;

  @Option(
      names = "--near",
      defaultValue = "60",
      description =
          "How far from the front viewpoints are familiar ones, 5 to 175 degrees. Default:"
              + " ${DEFAULT-VALUE}.")
  private int near;

  @Option(
      names = "--networks",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "EFFICIENT,SELF_ROUTING,MATRIX",
      description =
          "The networks to compare, with commas between them: ${COMPLETION-CANDIDATES}. Default:"
              + " ${DEFAULT-VALUE}.")
  private List<NetworkChoice> networks;

  @Option(names = "--no-plain", description = "Leaves the plain networks out.")
  private boolean noPlain;

  @Option(
      names = "--level",
      paramLabel = "PERCENT",
      description =
          "The accuracy on familiar viewpoints at which networks are compared. Default: the highest"
              + " that all trainings reach.")
  private Double level;

  @Mixin
  private TrainingOptions training =
      new TrainingOptions(60, 16, 0.002, Path.of("runs", "viewpoints"), "viewpoints.csv");

  @Option(names = "--help", usageHelp = true, description = "Shows this help and ends.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  @Mixin private SeedOptions seeds = new SeedOptions();

  @Mixin private AugmentationOptions changes = new AugmentationOptions();

  ViewpointComparison() {}

  /**
   * Runs the comparison.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(Runner.run(new ViewpointComparison(), args));
  }

  @Override
  public Integer call() throws IOException {
    requireRanges();
    training.requireNothingFinished();
    Path file = Files.isDirectory(data) ? data.resolve("COIL20.mat") : data;
    ViewpointSets sets = ViewpointSets.of(Coil20.read(file), near);
    System.out.println(sets.description());
    Contestants contestants =
        new Contestants(sets.split().train(), training.batch(), training.dtype(), changes);
    contestants.addNetworks(networks);
    if (!noPlain) {
      contestants.addPlainOnes();
    }
    ViewpointRun run = new ViewpointRun(training, changes, sets);
    run.requireSchedule();
    List<Path> folders =
        contestants.taking().stream()
            .flatMap(one -> seeds.from(training.seed()).stream().map(seed -> run.folder(one, seed)))
            .toList();
    training.requireNothingToLose(folders);
    try (FolderLock lock = training.begin(folders)) {
      if (training.overwrites()) {
        ViewpointRun.forget(folders);
      }
      Map<Contestant, List<ViewpointResult>> results = results(run, contestants);
      show(
          level == null
              ? new ViewpointReport(sets, results)
              : new ViewpointReport(sets, results, level / 100),
          contestants.absent());
    }
    return 0;
  }

  private void requireRanges() {
    training.requireRanges();
    seeds.requireRanges(training.seed());
    changes.requireRanges();
    Ranges.eachOnce("--networks", networks);
    Ranges.require(near >= 5 && near <= 175, "--near", "5 to 175", near);
    Ranges.require(
        level == null || (level > 0 && level <= 100), "--level", "above 0, up to 100", level);
  }

  private Map<Contestant, List<ViewpointResult>> results(ViewpointRun run, Contestants contestants)
      throws IOException {
    Map<Contestant, List<ViewpointResult>> results = new LinkedHashMap<>();
    List<Contestant> all = contestants.taking();
    for (Contestant one : all) {
      List<ViewpointResult> own = new ArrayList<>();
      for (long seed : seeds.from(training.seed())) {
        System.out.printf(
            "%d of %d: %s, seed %d%n", all.indexOf(one) + 1, all.size(), one.name(), seed);
        try {
          own.add(run.result(one, seed));
        } catch (DivergedException e) {
          contestants.stopped(one.name() + ", seed " + seed, e.getMessage());
        }
      }
      if (!own.isEmpty()) {
        results.put(one, own);
      }
    }
    return results;
  }

  private void show(ViewpointReport report, List<Absent> absent) throws IOException {
    Path out = training.out();
    report.write(out.resolve("viewpoints.md"), training.last(), absent);
    System.out.println(report.description());
    System.out.print(report.table());
    absent.forEach(one -> System.out.println("not compared: " + one.name() + ": " + one.reason()));
    if (!report.isEmpty()) {
      Pictures pictures = new Pictures();
      pictures.draw(out.resolve("viewpoints.png"), report::draw);
      pictures.report();
    }
    System.out.println("table and picture: " + out.toAbsolutePath().normalize());
  }
}
