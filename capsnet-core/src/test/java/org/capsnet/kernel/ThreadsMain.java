package org.capsnet.kernel;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.capsnet.autograd.OneHot;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.model.Conv;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ClassificationObjective;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.capsnet.train.Step;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * A process of {@link ThreadsTest}: says how many threads compute, and writes what a network whose
 * convolutions go all the ways there are computes with them.
 */
final class ThreadsMain {

  static final String WORKERS = "workers ";
  static final String OPEN_MP = "OpenMP ";
  static final String ND4J = "ND4J ";

  private static final int BATCH = 32;

  private ThreadsMain() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    System.out.println(WORKERS + Parallel.workers());
    try (Scope scope = Scope.open()) {
      sayOpenMp();
    }
    Thread other =
        new Thread(
            () -> {
              Variable.constant(Nd4j.ones(2));
              sayOpenMp();
            });
    other.start();
    other.join();
    System.out.println(ND4J + Nd4j.getEnvironment().maxMasterThreads());
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(Path.of(args[0])))) {
      for (Map<String, double[]> results : List.of(KernelResults.all(), results())) {
        for (double[] numbers : results.values()) {
          for (double number : numbers) {
            out.writeFloat((float) number);
          }
        }
      }
    }
  }

  private static void sayOpenMp() {
    System.out.println(
        OPEN_MP + NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads());
  }

  /** Capsules, loss and all gradients. */
  static Map<String, double[]> results() {
    CapsNet net =
        CapsNet.Config.paper()
            .with("stem", List.of(new Conv(64, 9, 1), new Conv(64, 9, 1)))
            .with("primary", new Primary(4, 8, 9, 2))
            .with("decoder", List.of(32))
            .build(0);
    INDArray images = GradientCheck.random(new Random(1), BATCH, 1, 28, 28).castTo(DataType.FLOAT);
    int[] digits = new Random(2).ints(BATCH, 0, 10).toArray();
    INDArray labels = OneHot.of(digits, 10, DataType.FLOAT);
    Map<String, double[]> results = new TreeMap<>();
    Variable classes = net.classify(Variable.constant(images)).classes().pose();
    results.put("class capsules", Numbers.of(classes.value()));
    Variable loss =
        ClassificationObjective.standard(net)
            .loss(new DataSet(images.muli(0.3).addi(0.5), labels), Step.FIRST)
            .total();
    results.put("loss", Numbers.of(loss.value().reshape(1)));
    loss.backward();
    net.parameters().forEach((name, p) -> results.put(name, Numbers.of(p.variable().gradient())));
    return results;
  }
}
