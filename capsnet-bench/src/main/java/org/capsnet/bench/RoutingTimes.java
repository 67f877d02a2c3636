package org.capsnet.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.bench.measure.Operands;
import org.capsnet.bench.measure.Passes;
import org.capsnet.bench.measure.Summary;
import org.capsnet.bench.measure.Timing;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.ConvCapsules2d;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.PoseVotes;
import org.capsnet.capsule.RoutedLayer;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.nn.Block;
import org.capsnet.nn.Init;
import org.capsnet.nn.Module;
import org.capsnet.nn.Parameter;
import org.capsnet.nn.Shape;
import org.capsnet.routing.AttentionRouting;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.routing.FanInRouting;
import org.capsnet.routing.SelfAttentionRouting;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Times layers whose routing has a kernel, by the kernel and by its plain twin in turn. */
@Command(
    name = "routing-times",
    sortOptions = false,
    description = {
      "Times votes and routing of layers of published networks, in a prediction and in a training",
      "step, by the kernel and by its plain twin in turn. Prints the median of each."
    })
public final class RoutingTimes implements Callable<Integer> {

  private static final int POSE = 16;
  private static final int LEAST_CALLS = 3;
  private static final double NANOS_PER_SECOND = 1e9;

  @Option(
      names = "--seconds",
      defaultValue = "2",
      description = {
        "How long calls of each pass are timed, by the kernel and by the twin together, after as",
        "long a warm-up; 3 calls at least. Default: ${DEFAULT-VALUE}."
      })
  private double seconds;

  @Option(
      names = "--layers",
      split = ";",
      description = "Parts of the names of layers, with ; between them. Default: all.")
  private List<String> names = List.of("");

  @Option(names = "--without-twin", description = "Times kernels alone.")
  private boolean alone;

  RoutingTimes() {}

  /**
   * Times all.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(Runner.run(new RoutingTimes(), args));
  }

  /** A layer, its input, and the gradient of its output. */
  private record Layer(String name, RoutedLayer layer, Variable pose, List<Variable> leaves) {

    static <L extends Block<Capsules, Capsules> & RoutedLayer> Layer of(
        String name, L layer, int batch) {
      Variable pose = Operands.leaf(0.3, shape(layer.input(), batch));
      Module module = layer;
      List<Variable> leaves =
          module.parameters().values().stream().map(Parameter::variable).toList();
      return new Layer(name, layer, pose, leaves);
    }

    private static long[] shape(Shape of, int batch) {
      long[] shape = new long[of.rank() + 1];
      shape[0] = batch;
      System.arraycopy(of.sizes(), 0, shape, 1, of.rank());
      return shape;
    }

    Variable poses(boolean fused) {
      RoutingInput in = layer.routingInput(Capsules.present(pose));
      Routing routing = layer.routing();
      Supplier<Capsules> twin = () -> in.reach().onGrid(routing.route(in));
      return (fused ? routing.routeFused(in).orElseThrow() : twin.get()).pose();
    }

    double predict(boolean fused) {
      return Timing.millis(() -> Passes.forward(() -> poses(fused)));
    }

    double train(boolean fused, INDArray g) {
      return Timing.millis(
          () -> {
            Passes.forwardAndBackward(() -> poses(fused), g, pose);
            leaves.forEach(Variable::clearGradient);
          });
    }
  }

  private static CapsuleLayer dense(int in, Routing routing) {
    Shape voters = Shape.of(in, 8);
    return new CapsuleLayer(voters, 10, POSE, new DenseVotes(), routing, Init.seed(1));
  }

  private static ConvCapsules2d convolved(int side, int stride) {
    Shape grid = Shape.of(32, POSE, side, side);
    Routing routing = new AttentionRouting(2, false);
    Conv2dSpec spec = Conv2dSpec.UNIT.withStride(stride);
    return new ConvCapsules2d(grid, 32, POSE, 3, spec, new PoseVotes(), routing, Init.seed(1));
  }

  private static CapsuleLayer classes() {
    Shape grid = Shape.of(32, POSE, 5, 5);
    return new CapsuleLayer(grid, 10, POSE, new PoseVotes(), new AttentionRouting(2), Init.seed(1));
  }

  private static List<Supplier<Layer>> layers() {
    Routing self = new SelfAttentionRouting();
    Routing attention = new AttentionRouting(2);
    return List.of(
        () -> Layer.of("self-attention, 16 to 10, 128", dense(16, self), 128),
        () -> Layer.of("self-attention, 16 to 10, 1", dense(16, self), 1),
        () -> Layer.of("self-attention, 1152 to 10, 128", dense(1152, self), 128),
        () -> Layer.of("self-attention, 1152 to 10, 1", dense(1152, self), 1),
        () -> Layer.of("attention, 1152 to 10, 128", dense(1152, attention), 128),
        () -> Layer.of("attention, 1152 to 10, 1", dense(1152, attention), 1),
        () -> Layer.of("attention, class capsules, 128", classes(), 128),
        () -> Layer.of("attention, class capsules, 1", classes(), 1),
        () -> Layer.of("attention, first convolution, 2", convolved(16, 2), 2),
        () -> Layer.of("attention, second convolution, 4", convolved(7, 1), 4),
        () -> Layer.of("fan-in, 16 to 10, 128", dense(16, new FanInRouting(3)), 128),
        () -> Layer.of("fan-in, 4 to 10, 128", dense(4, new FanInRouting(3)), 128),
        () -> Layer.of("fan-in, 784 to 10, 64", dense(784, new FanInRouting(3)), 64),
        () -> Layer.of("fan-in, 784 to 10, 1", dense(784, new FanInRouting(3)), 1),
        () -> Layer.of("dynamic, 1152 to 10, 128", dense(1152, new DynamicRouting(3)), 128));
  }

  @Override
  public Integer call() {
    System.out.printf("%-32s %22s %26s%n", "", "predict, ms", "forward and backward, ms");
    for (Supplier<Layer> made : layers()) {
      Layer layer = made.get();
      if (names.stream().anyMatch(layer.name::contains)) {
        System.out.printf("%-32s %s %s%n", layer.name, predictions(layer), steps(layer));
      }
    }
    return 0;
  }

  /** What is timed, by the kernel or by the twin. */
  private interface Pass {
    double millis(boolean fused);
  }

  private String predictions(Layer layer) {
    return timed(layer::predict);
  }

  private String steps(Layer layer) {
    INDArray g = Operands.normal(1, layer.poses(true).shape());
    return timed(fused -> layer.train(fused, g));
  }

  private String timed(Pass pass) {
    measure(pass);
    double[] medians = measure(pass);
    return alone
        ? String.format(Locale.ROOT, "%8.2f %16s", medians[0], "")
        : String.format(
            Locale.ROOT, "%8.2f %8.2f %5.1f x", medians[0], medians[1], medians[1] / medians[0]);
  }

  /** The medians of the kernel and of the twin, which take turns. */
  private double[] measure(Pass pass) {
    List<Double> kernel = new ArrayList<>();
    List<Double> twin = new ArrayList<>();
    long begun = System.nanoTime();
    while (kernel.size() < LEAST_CALLS || System.nanoTime() - begun < seconds * NANOS_PER_SECOND) {
      kernel.add(pass.millis(true));
      twin.add(alone ? 0 : pass.millis(false));
    }
    return new double[] {median(kernel), median(twin)};
  }

  private static double median(List<Double> millis) {
    return Summary.median(millis.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
