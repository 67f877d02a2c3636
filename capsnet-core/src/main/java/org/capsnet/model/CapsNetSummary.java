package org.capsnet.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.capsnet.capsule.VotesShape;
import org.capsnet.kernel.ColumnConvolution;
import org.capsnet.kernel.ConvolutionScratch;
import org.capsnet.kernel.ConvolutionSizes;
import org.capsnet.kernel.DenseRoutingKernel;
import org.capsnet.kernel.Kernels;
import org.capsnet.kernel.RoutingSettings;
import org.capsnet.kernel.Threads;
import org.capsnet.model.CapsNetArchitecture.Convolution;
import org.capsnet.nn.Init;
import org.capsnet.nn.Memory;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;

/**
 * What a {@link CapsNet} of some sizes is made of and what it needs, known before anything is
 * allocated.
 *
 * <p>The memory of a training step with a batch of n is
 *
 * <pre>{@code
 * M(n) = 5 · P + n · S + K(n)
 * }</pre>
 *
 * <ul>
 *   <li>5 P: the parameters ({@link #parameterBytes}), their gradients and Adam's two moments
 *       ({@link #trainingStateBytes}), and once more the gradients, as a step makes them;
 *   <li>n S: what the layers make of each sample, forward and backward ({@link
 *       #trainingBytesPerSample});
 *   <li>K(n): what the fused kernels work in, on the Java heap ({@link #scratchBytes}). It grows in
 *       steps: with the batch until the frequency domain takes it in parts of 128.
 * </ul>
 *
 * <p>Not in it: what ND4J's own operations work in, and the JVM with the native libraries.
 */
public final class CapsNetSummary {

  private static final double MIB = 1 << 20;

  /**
   * Values that the optimiser of the examples keeps of each parameter: gradient and two moments.
   */
  private static final int TRAINING_STATE = 3;

  private final CapsNetArchitecture architecture;
  private final List<Row> rows = new ArrayList<>();

  /**
   * A line of the table.
   *
   * @param layer its name, as in the keys of the state
   * @param output its output's shape for one sample
   * @param parameters trainable numbers
   * @param forward numbers that a forward pass makes for each sample
   * @param backward numbers that a backward pass adds to them
   */
  private record Row(String layer, String output, long parameters, long forward, long backward) {}

  /**
   * Works out the table.
   *
   * @param architecture the sizes
   */
  public CapsNetSummary(CapsNetArchitecture architecture) {
    this.architecture = architecture;
    stem();
    primary();
    classes();
    if (architecture.reconstructs()) {
      decoder();
    }
  }

  private void stem() {
    int channels = architecture.channels();
    int height = architecture.height();
    int width = architecture.width();
    for (int i = 0; i < architecture.stem().size(); i++) {
      Convolution c = architecture.stem().get(i);
      // The images need no gradient, so that a kernel can do without that of the first ReLU.
      boolean inOne =
          i == 0
              && Kernels.fused(architecture.type())
              && ColumnConvolution.pays(sizes(1, channels, height, width, c));
      height = c.outputOf(height);
      width = c.outputOf(width);
      long out = Sizes.product(c.channels(), height, width);
      // The convolution with its ReLU; then the gradients of the ReLU's result and operand.
      rows.add(
          new Row(
              "stem." + 2 * i,
              String.format(Locale.ROOT, "[%d, %d, %d]", c.channels(), height, width),
              weights(channels, c),
              out,
              (inOne ? 1 : 2) * out));
      channels = c.channels();
    }
  }

  private void primary() {
    CapsNetArchitecture a = architecture;
    long out = Sizes.product(a.primaryCapsules(), a.primaryDim());
    // The convolution, its channels grouped into capsules, these squashed, and their lengths.
    rows.add(
        new Row(
            "primary",
            String.format(Locale.ROOT, "[%d, %d]", a.primaryCapsules(), a.primaryDim()),
            weights(a.featureChannels(), a.primary()),
            4 * out + a.primaryCapsules(),
            3 * out));
  }

  private void classes() {
    CapsNetArchitecture a = architecture;
    long pairs = Sizes.product(a.primaryCapsules(), a.classes());
    long learned =
        a
            .routing()
            .parameters(
                VotesShape.flat(
                    Shape.of(a.primaryCapsules(), a.primaryDim()), a.classes(), a.classDim()),
                Init.shapesOnly(a.type()))
            .values()
            .stream()
            .mapToLong(initial -> Arrays.stream(initial.shape()).reduce(1, Math::multiplyExact))
            .reduce(0, Math::addExact);
    long out = Sizes.product(a.classes(), a.classDim());
    long[] routing = routing(pairs);
    rows.add(
        new Row(
            "classes",
            String.format(Locale.ROOT, "[%d, %d]", a.classes(), a.classDim()),
            Math.addExact(Sizes.product(pairs, a.classDim(), a.primaryDim()), learned),
            4 * out + routing[0],
            Sizes.product(a.primaryCapsules(), a.primaryDim()) + 4 * out + routing[1]));
  }

  /**
   * What routing makes forward, and backward, besides its capsules. A fused kernel makes nothing.
   * In plain operations an iteration makes two arrays of the size of the votes and three of the
   * size of the logits, and its gradient eight and four, but for the last iteration, which has no
   * agreement.
   */
  private long[] routing(long pairs) {
    if (Kernels.fused(architecture.type())
        || !(architecture.routing() instanceof DynamicRouting dynamic)) {
      return new long[2];
    }
    long r = dynamic.iterations();
    long votes = Sizes.product(pairs, architecture.classDim());
    return new long[] {r * (2 * votes + 3 * pairs), (8 * r - 6) * votes + 4 * r * pairs};
  }

  private void decoder() {
    List<Integer> sizes = new ArrayList<>(architecture.decoder());
    sizes.add(architecture.pixels());
    long in = Sizes.product(architecture.classes(), architecture.classDim());
    for (int i = 0; i < sizes.size(); i++) {
      long out = sizes.get(i);
      // The product, the bias added, and the activation; then their gradients.
      rows.add(
          new Row(
              "decoder." + 2 * i,
              String.format(Locale.ROOT, "[%d]", out),
              Math.addExact(Sizes.product(in, out), out),
              3 * out,
              3 * out));
      in = out;
    }
  }

  private static long weights(int channels, Convolution c) {
    return Sizes.convolution(channels, c.channels(), c.kernel());
  }

  private long bytes(LongStream numbers) {
    return Math.multiplyExact(numbers.reduce(0, Math::addExact), (long) width());
  }

  /**
   * The number of trainable numbers.
   *
   * @return as {@code parameterCount()} of the network
   */
  public long parameters() {
    return rows.stream().mapToLong(Row::parameters).reduce(0, Math::addExact);
  }

  /**
   * The memory that a prediction takes for each sample of its batch, besides the parameters.
   *
   * @return bytes
   */
  public long predictionBytesPerSample() {
    return bytes(rows.stream().mapToLong(Row::forward));
  }

  /**
   * The memory that a training step takes for each sample of its batch, besides the parameters and
   * their {@link #trainingStateBytes}.
   *
   * @return bytes
   */
  public long trainingBytesPerSample() {
    return bytes(rows.stream().mapToLong(row -> Math.addExact(row.forward(), row.backward())));
  }

  /**
   * The memory of the parameters.
   *
   * @return bytes
   */
  public long parameterBytes() {
    return Math.multiplyExact(parameters(), (long) width());
  }

  /**
   * What training keeps beside the parameters: their gradients, and two moments as of Adam.
   *
   * @return bytes
   */
  public long trainingStateBytes() {
    return Sizes.product(TRAINING_STATE, parameterBytes());
  }

  /**
   * What the fused kernels work in during a training step, on the Java heap.
   *
   * @param batch the samples of a step
   * @return bytes; 0 where the portable twins compute
   */
  public long scratchBytes(int batch) {
    CapsNetArchitecture a = architecture;
    if (!Kernels.fused(a.type())) {
      return 0;
    }
    List<Convolution> convolutions = new ArrayList<>(a.stem());
    convolutions.add(a.primary());
    long bytes = 0;
    int channels = a.channels();
    int height = a.height();
    int width = a.width();
    for (Convolution c : convolutions) {
      bytes += ConvolutionScratch.bytes(sizes(batch, channels, height, width, c));
      channels = c.channels();
      height = c.outputOf(height);
      width = c.outputOf(width);
    }
    return a.routing() instanceof DynamicRouting dynamic ? bytes + scratch(batch, dynamic) : bytes;
  }

  private static ConvolutionSizes sizes(
      int batch, int channels, int height, int width, Convolution c) {
    int kernel = c.kernel();
    int stride = c.stride();
    return new ConvolutionSizes(
        batch, channels, height, width, c.channels(), kernel, kernel, stride, stride, 0, 0);
  }

  private long scratch(int batch, DynamicRouting dynamic) {
    CapsNetArchitecture a = architecture;
    if (Sizes.product(a.primaryCapsules(), a.primaryDim()) > Integer.MAX_VALUE) {
      return 0; // no array would hold the poses of a sample
    }
    RoutingSettings settings =
        new RoutingSettings(dynamic.iterations(), dynamic.leaky(), dynamic.lastIterationOnly());
    return DenseRoutingKernel.scratchBytes(
        batch,
        a.primaryCapsules(),
        a.primaryDim(),
        a.classes(),
        a.classDim(),
        settings,
        Threads.count());
  }

  /**
   * All the memory of a training: M(n) of the class.
   *
   * @param batch the samples of a step
   * @return bytes
   */
  public long trainingBytes(int batch) {
    return Sizes.sum(
        Sizes.product(2, parameterBytes()),
        trainingStateBytes(),
        Sizes.product(batch, trainingBytesPerSample()),
        scratchBytes(batch));
  }

  /**
   * Requires the memory of a training, before anything of it is taken.
   *
   * @param batch the samples of a step
   * @throws IllegalArgumentException if this process may not take so much: the message says what
   *     batch would fit, if one does
   */
  public void requireMemory(int batch) {
    requireMemory(batch, Memory.ofProcess(), Memory.ofHeap());
  }

  void requireMemory(int batch, long process, long heap) {
    if (fits(batch, process, heap)) {
      return;
    }
    int most = batch;
    while (most > 0 && !fits(most, process, heap)) {
      most /= 2;
    }
    throw new IllegalArgumentException(
        "training with batches of %d takes %s, of which %s on the Java heap; this process may take %s, and %s on the heap. %s"
            .formatted(
                batch,
                Memory.gib(trainingBytes(batch)),
                Memory.gib(scratchBytes(batch)),
                Memory.gib(process),
                Memory.gib(heap),
                most > 0
                    ? "Batches of " + most + " would fit"
                    : "No batch would fit: take smaller images, or a stem of stride 2 and fewer"
                        + " capsules"));
  }

  private boolean fits(int batch, long process, long heap) {
    return trainingBytes(batch) <= process && scratchBytes(batch) <= heap;
  }

  private int width() {
    return architecture.type().width();
  }

  /** The table. */
  @Override
  public String toString() {
    StringBuilder table = new StringBuilder();
    CapsNetArchitecture a = architecture;
    line(table, "layer", "output of a sample", "parameters", "predict", "train");
    line(
        table,
        "images",
        String.format(Locale.ROOT, "[%d, %d, %d]", a.channels(), a.height(), a.width()),
        "",
        "",
        "");
    for (Row row : rows) {
      line(
          table,
          row.layer(),
          row.output(),
          String.format(Locale.ROOT, "%,d", row.parameters()),
          kib(row.forward()),
          kib(row.forward() + row.backward()));
    }
    line(
        table,
        "total",
        "",
        String.format(Locale.ROOT, "%,d", parameters()),
        kib(predictionBytesPerSample() / width()),
        kib(trainingBytesPerSample() / width()));
    table.append(
        String.format(
            Locale.ROOT,
            "parameters: %.1f MiB; in training their gradients and moments: %.1f MiB%n",
            parameterBytes() / MIB,
            trainingStateBytes() / MIB));
    table.append(
        String.format(
            Locale.ROOT,
            "memory of a batch of 128: %.0f MiB to predict, %.0f MiB to train; all in all %.0f"
                + " MiB%n",
            128 * predictionBytesPerSample() / MIB,
            128 * trainingBytesPerSample() / MIB,
            trainingBytes(128) / MIB));
    return table.toString();
  }

  private String kib(long numbers) {
    return String.format(Locale.ROOT, "%,d KiB", numbers * width() / 1024);
  }

  private static void line(
      StringBuilder table,
      String layer,
      String output,
      String parameters,
      String predict,
      String train) {
    table.append(
        String.format(
            Locale.ROOT,
            "%-10s %-20s %12s %12s %12s%n",
            layer,
            output,
            parameters,
            predict,
            train));
  }
}
