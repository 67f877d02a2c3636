package org.capsnet.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.model.Classifier.Classification;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.nn.Init;
import org.capsnet.train.Loss;
import org.capsnet.train.Step;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A small network against values and gradients that PyTorch computed in double precision. */
class EfficientCapsNetTest {

  private static final double TOLERANCE = 1e-6;

  /** The names of the file for those of the network, of which some are numbered. */
  private static final Map<String, String> NAMES = new TreeMap<>();

  static {
    for (int i = 0; i < 3; i++) {
      String convolution = "stem." + 3 * i + ".";
      String norm = "stem." + (3 * i + 2) + ".";
      NAMES.put(convolution + "weight", "conv%d_w".formatted(i + 1));
      NAMES.put(convolution + "bias", "conv%d_b".formatted(i + 1));
      NAMES.put(norm + "weight", "bn%d_gamma".formatted(i + 1));
      NAMES.put(norm + "bias", "bn%d_beta".formatted(i + 1));
      NAMES.put(norm + "running_mean", "bn%d_mean".formatted(i + 1));
      NAMES.put(norm + "running_var", "bn%d_var".formatted(i + 1));
      NAMES.put("decoder.%d.weight".formatted(2 * i), "fc%d_w".formatted(i + 1));
      NAMES.put("decoder.%d.bias".formatted(2 * i), "fc%d_b".formatted(i + 1));
    }
    NAMES.put("primary.weight", "primary_w");
    NAMES.put("primary.bias", "primary_b");
    NAMES.put("classes.weight", "caps_w");
    NAMES.put("classes.prior", "caps_prior");
  }

  @TempDir Path folder;

  private Map<String, INDArray> golden;
  private EfficientCapsNet net;

  @BeforeEach
  void load() throws Exception { // as ND4J declares it
    Path file = folder.resolve("golden.npz");
    try (InputStream in = getClass().getResourceAsStream("/golden/efficient_capsnet_small.npz")) {
      Files.copy(in, file);
    }
    golden = Nd4j.createFromNpzFile(file.toFile());
    net =
        new EfficientCapsNet.Config(
                new ImageShape(1, 16, 16),
                3,
                List.of(new Conv(4, 5, 1), new Conv(6, 3, 2), new Conv(12, 3, 1)),
                3,
                4,
                List.of(10, 12))
            .build(Init.seed(0).type(DataType.DOUBLE));
    Map<String, INDArray> state = new TreeMap<>();
    net.state()
        .forEach(
            (name, array) ->
                state.put(name, golden.get(NAMES.get(name)).reshape('c', array.shape())));
    net.loadState(state);
    net.eval();
  }

  private void assertClose(String name, INDArray actual) {
    INDArray expected = golden.get(name).reshape('c', actual.shape());
    double scale = Math.max(1e-3, expected.amaxNumber().doubleValue());
    assertThat(expected.sub(actual).amaxNumber().doubleValue() / scale)
        .as(name)
        .isLessThan(TOLERANCE);
  }

  @Test
  void findsTheCapsulesOfTheDefinition() {
    Classification found = net.classify(Variable.constant(golden.get("x")));
    Capsules classes = found.classes();
    assertClose("primary_capsules", found.voters().pose().value());
    assertClose("class_capsules", classes.pose().value());
    assertClose("length", classes.activation().value());
    assertClose("reconstruction", net.reconstruct(classes, golden.get("onehot")).value());
  }

  @Test
  void hasTheLossAndTheGradientsOfTheDefinition() {
    DataSet batch = new DataSet(golden.get("x"), golden.get("onehot"));
    Loss loss = Contest.EFFICIENT.objective(net).loss(batch, Step.FIRST);
    assertClose("loss", loss.total().value());
    loss.total().backward();
    net.parameters()
        .forEach((name, p) -> assertClose(NAMES.get(name) + "_grad", p.variable().gradient()));
  }
}
