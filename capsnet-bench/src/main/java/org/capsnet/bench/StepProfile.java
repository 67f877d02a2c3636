package org.capsnet.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.bench.measure.GivenGradients;
import org.capsnet.bench.measure.Operands;
import org.capsnet.bench.measure.Summary;
import org.capsnet.bench.measure.Timing;
import org.capsnet.bench.measure.TrainingLoop;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.PrimaryCapsules;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ClassificationObjective;
import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Conv2d;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures where the time of a training step of the paper's CapsNet goes.
 *
 * <p>Each stage runs alone, on random operands of the shapes that it has in the network: its
 * forward pass, and its backward pass from a gradient of its output to those of its parameters and,
 * but for the first stage, of its input. The optimiser is timed as {@link GivenGradients} says, the
 * whole step by the trainer; what the stages leave of it is copies between them, scores and checks.
 */
@Command(
    name = "step-profile",
    sortOptions = false,
    description = "Prints where a training step of the paper's CapsNet goes, in milliseconds.")
public final class StepProfile implements Callable<Integer> {

  private static final int WARM_UP = 2;

  @Option(
      names = "--batch",
      defaultValue = "128",
      description = "Images per step. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--steps",
      defaultValue = "5",
      description =
          "Timed steps, of which the median is taken, after 2 to warm up. Default:"
              + " ${DEFAULT-VALUE}.")
  private int steps;

  private final CapsNet net = CapsNet.Config.paper().build(0);

  StepProfile() {}

  /**
   * Prints the profile.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(Runner.run(new StepProfile(), args));
  }

  /** A part of the network: from a variable on such operands to another. */
  private record Stage(String name, Variable input, UnaryOperator<Variable> part) {}

  /** The milliseconds of a stage, one per step. */
  private record Cost(List<Double> forward, List<Double> backward) {
    Cost() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  @Override
  public Integer call() {
    DataSet digits = Operands.digits(batch);
    Map<Stage, Cost> costs = new LinkedHashMap<>();
    stages(digits).forEach(stage -> costs.put(stage, new Cost()));
    List<Double> wholes = new ArrayList<>();
    List<Double> updates = new ArrayList<>();
    try (TrainingLoop training = new TrainingLoop(ClassificationObjective.standard(net), digits);
        TrainingLoop updating =
            new TrainingLoop(new GivenGradients(CapsNet.Config.paper().build(0)), digits)) {
      // In turn, so that a machine that slows down does it to the whole as to the parts.
      for (int i = 0; i < WARM_UP + steps; i++) {
        wholes.add(Timing.millis(training::step));
        costs.forEach(this::run);
        updates.add(Timing.millis(updating::step));
      }
    }
    print(costs, median(wholes), median(updates));
    return 0;
  }

  private void print(Map<Stage, Cost> costs, double whole, double update) {
    System.out.printf(Locale.ROOT, "A training step, batch %d: %.1f ms%n%n", batch, whole);
    row("stage", "forward", "backward", "of the step");
    double sum = update;
    for (Map.Entry<Stage, Cost> entry : costs.entrySet()) {
      double forward = median(entry.getValue().forward);
      double backward = median(entry.getValue().backward);
      row(entry.getKey().name, ms(forward), ms(backward), share(forward + backward, whole));
      sum += forward + backward;
    }
    row("optimiser", "", ms(update), share(update, whole));
    row("between the stages", "", "", share(whole - sum, whole));
  }

  private List<Stage> stages(DataSet digits) {
    List<Block<?, ?>> encoder = net.encoder().blocks();
    Conv2d stem = (Conv2d) ((Chain<?, ?>) encoder.get(0)).blocks().get(0);
    Conv2d primary = ((PrimaryCapsules) encoder.get(1)).convolution();
    CapsuleLayer classes = net.classCapsules();
    List<Stage> stages = new ArrayList<>();
    stages.add(new Stage("stem", Variable.constant(digits.getFeatures()), stem::forward));
    stages.add(new Stage("ReLU", Operands.leaf(1, batch, 256, 20, 20), Variable::relu));
    stages.add(
        new Stage("primary convolution", Operands.leaf(0.5, batch, 256, 20, 20), primary::forward));
    stages.add(
        new Stage("primary capsules", Operands.leaf(1, batch, 256, 6, 6), StepProfile::capsules));
    stages.add(
        new Stage(
            "votes and routing",
            Operands.leaf(0.1, batch, 1152, 8),
            u -> classes.forward(Capsules.ofLength(u)).pose()));
    stages.add(
        new Stage("decoder and losses", Operands.leaf(0.1, batch, 10, 16), v -> loss(v, digits)));
    return stages;
  }

  /** What {@link org.capsnet.capsule.PrimaryCapsules} does after its convolution. */
  private static Variable capsules(Variable q) {
    long samples = q.size(0);
    return new SabourSquash()
        .squash(q.reshape(samples, 32, 8, 36).permute(0, 1, 3, 2).reshape(samples, 1152, 8));
  }

  private Variable loss(Variable poses, DataSet digits) {
    Capsules classes = Capsules.ofLength(poses);
    Variable drawn = net.reconstruct(classes, digits.getLabels());
    return MarginLoss.standard()
        .of(classes.activation(), digits.getLabels())
        .plus(ReconstructionLoss.SQUARED_ERROR.of(drawn, digits.getFeatures()).times(0.0005));
  }

  private void run(Stage stage, Cost cost) {
    try (Scope scope = Scope.open()) {
      Variable[] y = new Variable[1];
      cost.forward.add(Timing.millis(() -> y[0] = stage.part.apply(stage.input)));
      INDArray upstream = y[0].value().like().assign(1);
      cost.backward.add(Timing.millis(() -> y[0].backward(upstream)));
    }
    net.clearGradients();
    stage.input.clearGradient();
  }

  /** The median of what came after the warm-up. */
  private static double median(List<Double> millis) {
    return Summary.median(millis.stream().skip(WARM_UP).mapToDouble(Double::doubleValue).toArray());
  }

  private static String ms(double millis) {
    return String.format(Locale.ROOT, "%.1f", millis);
  }

  private static String share(double part, double whole) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * part / whole);
  }

  private static void row(String name, String forward, String backward, String share) {
    System.out.printf("%-20s %10s %10s %12s%n", name, forward, backward, share);
  }
}
