package org.capsnet.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.capsnet.nn.Block;
import org.capsnet.nn.Checkpointed;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Memory;
import org.capsnet.nn.Module;
import org.capsnet.nn.Parameter;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * What a network is made of and what it needs: layers, shapes, parameters, memory and arithmetic.
 * It walks the tree of modules, each of which states its own {@link Cost}, and so is there for any
 * network, also for one {@linkplain org.capsnet.nn.Init#shapesOnly of shapes only}: before anything
 * is allocated.
 *
 * <p>The memory of a training step with a batch of n is
 *
 * <pre>{@code
 * M(n) = P + U + F + n · S + K(n)
 * }</pre>
 *
 * <ul>
 *   <li>P: the parameters ({@link #parameterBytes});
 *   <li>U: what training keeps of them, the gradients and the moments of the updater ({@link
 *       #trainingStateBytes});
 *   <li>F + n S: what a step makes ({@link #stepBytes}): once more the gradients of the parameters,
 *       and all that the layers make of each sample, forward and backward;
 *   <li>K(n): what the fused kernels work in, on the Java heap ({@link #scratchBytes}). It grows in
 *       steps: with the batch until the frequency domain takes it in parts of 128.
 * </ul>
 *
 * <p>Not in it: what ND4J's own operations work in, and the JVM with the native libraries. A number
 * of a layer that states no cost is an estimate, and so marked.
 */
public final class Summary {

  /** The batch that the table speaks of. */
  private static final int BATCH = 128;

  private static final double MIB = 1 << 20;
  private static final double KIB = 1 << 10;

  private final Shape images;
  private final DataType type;
  private final IUpdater updater;
  private final List<Row> rows;

  /** Of all rows. */
  private final Cost all;

  /** Of what is held at a time in a training step. */
  private final Cost held;

  /**
   * A line of the table.
   *
   * @param layer its dotted name
   * @param output the shape of a sample; empty where a module makes several things
   * @param parameters its own
   * @param cost its own
   * @param checkpoint the name of the outermost checkpoint around it; empty if there is none
   */
  private record Row(String layer, String output, long parameters, Cost cost, String checkpoint) {

    /** With a layer without parameters that comes next. */
    Row followedBy(Row next) {
      return new Row(
          layer,
          next.output.isEmpty() ? output : next.output,
          parameters,
          cost.plus(next.cost),
          checkpoint);
    }
  }

  private Summary(Shape images, DataType type, IUpdater updater, List<Row> rows) {
    this.images = images;
    this.type = type;
    this.updater = Objects.requireNonNull(updater, "updater");
    this.rows = rows;
    all = rows.stream().map(Row::cost).reduce(Cost.NONE, Cost::plus);
    held = held(rows);
  }

  /**
   * Counts a network that is to be trained by Adam.
   *
   * @param network any, also of shapes only
   * @param images the shape of a sample
   * @return the summary
   * @throws ArithmeticException if it is too large to be counted
   */
  public static Summary of(Module network, Shape images) {
    DataType type =
        network.parameters().values().stream()
            .map(Parameter::type)
            .findFirst()
            .orElse(DataType.FLOAT);
    return new Summary(images, type, new Adam(), rows(network, type));
  }

  /**
   * The same with another updater.
   *
   * @param another what the network is to be trained by
   * @return the changed summary
   */
  public Summary withUpdater(IUpdater another) {
    return new Summary(images, type, another, rows);
  }

  // ---------------------------------------------------------------- the walk

  private static List<Row> rows(Module network, DataType type) {
    List<Module.Costed> all = network.costs(Setting.ofNetwork(type));
    List<String> checkpoints =
        all.stream()
            .filter(costed -> costed.module() instanceof Checkpointed)
            .map(Module.Costed::path)
            .toList();
    List<Row> rows = new ArrayList<>();
    for (Module.Costed costed : all) {
      if (costed.parameters() > 0 || !costed.cost().isNone()) {
        add(row(costed, checkpoints), costed.module().children().isEmpty(), rows);
      }
    }
    return List.copyOf(rows);
  }

  private static Row row(Module.Costed costed, List<String> checkpoints) {
    Module module = costed.module();
    return new Row(
        costed.path().isEmpty() ? module.getClass().getSimpleName() : costed.path(),
        module instanceof Block<?, ?> block ? block.output().toString() : "",
        costed.parameters(),
        costed.cost(),
        checkpoints.stream()
            .filter(outer -> costed.path().startsWith(outer + "."))
            .min(Comparator.comparingInt(String::length))
            .orElse(""));
  }

  /** A single layer without parameters, as activations are, is counted with the one before it. */
  private static void add(Row row, boolean single, List<Row> to) {
    int last = to.size() - 1;
    boolean folds =
        single
            && row.parameters == 0
            && !row.cost.estimated()
            && last >= 0
            && to.get(last).checkpoint.equals(row.checkpoint);
    if (folds) {
      to.set(last, to.get(last).followedBy(row));
    } else {
      to.add(row);
    }
  }

  // ---------------------------------------------------------------- the sums

  /** The layers within a checkpoint take the memory of the largest one. */
  private static Cost held(List<Row> rows) {
    Map<String, Cost> byCheckpoint = new TreeMap<>(Map.of("", Cost.NONE));
    rows.forEach(row -> byCheckpoint.merge(row.checkpoint, row.cost, Cost::plus));
    Cost outside = byCheckpoint.remove("");
    return byCheckpoint.values().stream()
        .max(Comparator.comparingLong(Cost::training))
        .map(outside::plus)
        .orElse(outside);
  }

  private long bytes(long numbers) {
    return Math.multiplyExact(numbers, (long) type.width());
  }

  /** {@return the number of trainable numbers, as {@code parameterCount()} of the network} */
  public long parameters() {
    return rows.stream().mapToLong(Row::parameters).reduce(0, Math::addExact);
  }

  /** {@return the products that are summed in a forward pass, of a sample} */
  public long multiplyAdds() {
    return all.multiplyAdds();
  }

  /** {@return the bytes of the parameters} */
  public long parameterBytes() {
    return bytes(parameters());
  }

  /**
   * {@return the bytes that training keeps beside the parameters: their gradients, and what the
   * updater keeps, two moments of Adam}
   */
  public long trainingStateBytes() {
    return Math.addExact(parameterBytes(), bytes(updater.stateSize(parameters())));
  }

  /** {@return the bytes that a prediction makes of each sample of its batch} */
  public long predictionBytesPerSample() {
    return bytes(all.prediction());
  }

  /** {@return the bytes that a training step makes of each sample of its batch} */
  public long trainingBytesPerSample() {
    return bytes(held.training());
  }

  /**
   * What a prediction makes, besides the parameters: what its scope holds.
   *
   * @param batch the samples
   * @return bytes
   */
  public long predictionBytes(int batch) {
    return Math.addExact(
        bytes(all.predictionOnce()), Math.multiplyExact(batch, predictionBytesPerSample()));
  }

  /**
   * What a training step makes, besides the parameters and what training keeps: what its scopes
   * hold.
   *
   * @param batch the samples
   * @return bytes
   */
  public long stepBytes(int batch) {
    long once = Math.addExact(parameters(), held.trainingOnce());
    return Math.addExact(bytes(once), Math.multiplyExact(batch, trainingBytesPerSample()));
  }

  /**
   * What the fused kernels work in during a training step, on the Java heap.
   *
   * @param batch the samples of a step
   * @return bytes; 0 where the portable twins compute
   */
  public long scratchBytes(int batch) {
    return all.scratch().applyAsLong(batch);
  }

  /**
   * All the memory of a training: M(n) of the class.
   *
   * @param batch the samples of a step
   * @return bytes
   */
  public long trainingBytes(int batch) {
    return LongStream.of(
            parameterBytes(), trainingStateBytes(), stepBytes(batch), scratchBytes(batch))
        .reduce(0, Math::addExact);
  }

  // ---------------------------------------------------------------- requiring

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

  // ---------------------------------------------------------------- the table

  /** The table. */
  @Override
  public String toString() {
    SummaryTable table = new SummaryTable();
    table.add("layer", "output of a sample", "parameters", "predict", "train", "multiply-adds");
    table.add("images", images.toString());
    for (Row row : rows) {
      Cost cost = row.cost;
      table.add(
          cost.estimated() ? "~ " + row.layer : row.layer,
          row.output,
          count(row.parameters),
          kib(bytes(cost.prediction())),
          kib(bytes(cost.training())),
          count(cost.multiplyAdds()));
    }
    table.add(
        "total",
        "",
        count(parameters()),
        kib(predictionBytesPerSample()),
        kib(trainingBytesPerSample()),
        count(multiplyAdds()));
    return table + notes();
  }

  private String notes() {
    StringBuilder notes = new StringBuilder();
    if (all.estimated()) {
      notes.append("~ an estimate: the layer or its routing states no cost\n");
    }
    if (rows.stream().anyMatch(row -> !row.checkpoint.isEmpty())) {
      notes.append("of the layers within checkpoints the total has the largest checkpoint alone\n");
    }
    return notes
        .append(
            String.format(
                Locale.ROOT,
                "parameters: %.1f MiB; in training their gradients and the state of %s: %.1f MiB\n",
                parameterBytes() / MIB,
                updater.getClass().getSimpleName(),
                trainingStateBytes() / MIB))
        .append(
            String.format(
                Locale.ROOT,
                "memory of a batch of %d: %.0f MiB to predict, %.0f MiB to train and %.0f MiB of"
                    + " scratch; all in all %.0f MiB\n",
                BATCH,
                predictionBytes(BATCH) / MIB,
                stepBytes(BATCH) / MIB,
                scratchBytes(BATCH) / MIB,
                trainingBytes(BATCH) / MIB))
        .toString();
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String kib(long bytes) {
    return String.format(Locale.ROOT, "%,.1f KiB", bytes / KIB);
  }
}
