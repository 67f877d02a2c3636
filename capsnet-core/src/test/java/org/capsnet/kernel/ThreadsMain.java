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
      for (Map<String, double[]> results : List.of(ofKernels(), results())) {
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

  /**
   * What kernels sum over samples, input capsules or positions, with nothing of ND4J's in between.
   */
  static Map<String, double[]> ofKernels() {
    Map<String, double[]> results = new TreeMap<>();
    RoutingSettings three = new RoutingSettings(3, false, false);
    for (int batch : new int[] {1, BATCH}) {
      INDArray u = random(3, batch, 37, 8);
      DenseRoutingKernel dense = new DenseRoutingKernel(u, random(4, 37, 10, 16, 8), null, three);
      results.put("routed " + batch, Numbers.of(dense.forward()));
      DenseRoutingKernel.Gradients ofDense = dense.backward(random(5, batch, 10, 16));
      results.put("du " + batch, Numbers.of(ofDense.u()));
      results.put("dW " + batch, Numbers.of(ofDense.weight()));
      results.put("dbias " + batch, Numbers.of(ofDense.bias()));
    }
    GridRoutingKernel grid = new GridRoutingKernel(random(6, 3, 5, 4, 6, 13, 11), null, three);
    results.put("grid", Numbers.of(grid.forward()));
    GridRoutingKernel.Gradients ofGrid = grid.backward(random(7, 3, 4, 6, 13, 11));
    results.put("grid dvotes", Numbers.of(ofGrid.votes()));
    results.put("grid dbias", Numbers.of(ofGrid.bias()));
    ConvolutionSizes sizes = new ConvolutionSizes(37, 3, 12, 11, 20, 5, 4, 2, 1, 1, 0);
    Convolutions.Operands columns = new Convolutions.Operands(sizes);
    INDArray db = Nd4j.create(DataType.FLOAT, sizes.out());
    new ColumnConvolution(sizes).backward(columns.x, columns.g, null, columns.dw, db);
    results.put("columns dw", Numbers.of(columns.dw));
    results.put("columns db", Numbers.of(db));
    Convolutions.Operands spectral = new Convolutions.Operands(sizes);
    new SpectralConvolution(sizes).forward(spectral.x, spectral.w, null, spectral.y);
    results.put("spectral", Numbers.of(spectral.y));
    new SpectralConvolution(sizes)
        .backward(spectral.x, spectral.w, spectral.g, spectral.dx, spectral.dw);
    results.put("spectral dx", Numbers.of(spectral.dx));
    results.put("spectral dw", Numbers.of(spectral.dw));
    return results;
  }

  private static INDArray random(long seed, long... shape) {
    return GradientCheck.random(new Random(seed), shape).castTo(DataType.FLOAT);
  }

  /** Capsules, loss and all gradients. */
  static Map<String, double[]> results() {
    CapsNet net =
        CapsNet.Config.paper()
            .with("stem", List.of(new Conv(64, 9, 1), new Conv(64, 9, 1)))
            .with("primary", new Primary(4, 8, 9, 2))
            .with("decoder", List.of(32))
            .build();
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
