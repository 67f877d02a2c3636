package org.capsnet.bench;

import java.io.IOException;
import java.util.Locale;
import java.util.OptionalDouble;
import org.capsnet.autograd.Checkpoint;
import org.capsnet.autograd.Variable;
import org.capsnet.bench.measure.Operands;
import org.capsnet.bench.measure.ResidentMemory;
import org.capsnet.capsule.Capsules;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ClassificationObjective;
import org.capsnet.nn.Module;
import org.capsnet.train.IterationReport;
import org.capsnet.train.Loss;
import org.capsnet.train.Step;
import org.capsnet.train.Trainable;
import org.capsnet.train.Trainer;
import org.capsnet.train.TrainingListener;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A process of {@link MemoryCurve}: trains the paper's CapsNet for some steps, and prints the bytes
 * of the scopes, the peak of resident memory in MiB, and the bytes that the summary says a training
 * takes on this JVM.
 */
final class StepMemory {

  private StepMemory() {}

  /**
   * Trains.
   *
   * @param args images per step, steps, and images per checkpoint, 0 for none
   */
  public static void main(String[] args) throws IOException {
    int batch = Integer.parseInt(args[0]);
    int steps = Integer.parseInt(args[1]);
    int together = Integer.parseInt(args[2]);
    CapsNet net = CapsNet.Config.paper().build(0);
    long[] scopes = new long[1];
    Trainer.of(together == 0 ? ClassificationObjective.standard(net) : new InParts(net, together))
        .updater(new Adam(1e-3))
        .epochs(steps)
        .listener(
            new TrainingListener() {
              @Override
              public void onIteration(IterationReport report) {
                scopes[0] = scopeBytes();
              }
            })
        .fit(new SingletonDataSetIterator(Operands.digits(batch)));
    OptionalDouble peak = ResidentMemory.peakMib(ProcessHandle.current().pid());
    long formula = net.summary().trainingBytes(batch);
    System.out.printf(Locale.ROOT, "%d %.1f %d%n", scopes[0], peak.orElse(Double.NaN), formula);
  }

  /** All scopes of this thread, which have found their sizes by the second step. */
  private static long scopeBytes() {
    return Nd4j.getWorkspaceManager().getAllWorkspacesForCurrentThread().stream()
        .mapToLong(MemoryWorkspace::getCurrentSize)
        .sum();
  }

  /**
   * The paper's objective, with stem and primary capsules of some images at a time behind a {@link
   * Checkpoint}: their features are there for so many images only, and are computed twice.
   */
  private record InParts(CapsNet net, int together) implements Trainable {

    @Override
    public Module module() {
      return net;
    }

    @Override
    public Loss loss(DataSet batch, Step step) {
      Variable images = Variable.constant(batch.getFeatures());
      int parts = Math.toIntExact((images.size(0) + together - 1) / together);
      Variable[] poses = new Variable[parts];
      for (int p = 0; p < parts; p++) {
        long from = (long) p * together;
        Variable part = images.slice(0, from, Math.min(images.size(0), from + together));
        poses[p] = Checkpoint.run(inputs -> primary(inputs[0]), part);
      }
      Capsules first = Capsules.ofLength(Variable.concat(0, poses));
      Capsules classes = net.classCapsules().forward(first);
      Variable drawn = net.reconstruct(classes, batch.getLabels());
      return Loss.of("margin", MarginLoss.standard().of(classes.activation(), batch.getLabels()))
          .plus(
              "reconstruction", ReconstructionLoss.SQUARED_ERROR.of(drawn, images.value()), 0.0005);
    }

    private Variable primary(Variable images) {
      return net.encoder().forward(images).pose();
    }
  }
}
