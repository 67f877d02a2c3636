package stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.capsule.VotesShape;
import org.capsnet.data.LabeledImages;
import org.capsnet.io.Kinds;
import org.capsnet.io.Safetensors;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.TrainingOptions;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A routing of one's own: a network is trained with it, saved, loaded in another process, and asked
 * for its coupling. {@code docs/own-routing.md} takes its code from here.
 */
class OwnRoutingTest {

  /**
   * Each output capsule stands at the weighted mean of its votes, and votes weigh more the nearer
   * they are to it. How much more, each output capsule learns.
   */
  public record NearestVotes(int iterations) implements Routing {

    @Override
    public Map<String, InitialValue> parameters(VotesShape votes, Init init) {
      return Map.of("sharpness", init.constant(1, votes.out()));
    }

    @Override
    public Capsules route(RoutingInput in) {
      Variable s = Variable.einsum("bij,bijd->bjd", coupling(in), in.votes());
      return Capsules.ofLength(new SabourSquash().squash(s));
    }

    @Override
    public Variable coupling(RoutingInput in) {
      Variable coupling = nearness(in, in.votes().mean(1));
      for (int r = 1; r < iterations; r++) {
        Variable sum = Variable.einsum("bij,bijd->bjd", coupling, in.votes());
        Variable weight = coupling.sum(true, 1); // [batch, 1, out]
        coupling = nearness(in, sum.dividedBy(weight.transpose(1, 2)));
      }
      return coupling;
    }

    /** Softmax over output capsules of the negative squared distances: [batch, in, out]. */
    private static Variable nearness(RoutingInput in, Variable means) {
      Variable votes = in.votes(); // [batch, in, out, dim]
      Variable centres = means.reshape(votes.size(0), 1, votes.size(2), votes.size(3));
      Variable distances = votes.minus(centres).square().sum(-1);
      return Variable.einsum("bij,j->bij", distances, in.parameter("sharpness"))
          .negate()
          .softmax(-1);
    }
  }

  /** The other process: it gets a file, and knows the routing by its name. */
  public static final class Loader {

    private Loader() {}

    public static void main(String[] args) throws IOException {
      Kinds.register("nearest-votes", NearestVotes.class);
      try (ImageClassifier classifier = ImageClassifier.load(Path.of(args[0]))) {
        Safetensors.write(Path.of(args[1]), answers(classifier), Map.of());
      }
    }

    static Map<String, INDArray> answers(ImageClassifier classifier) {
      INDArray image = drawings(1, 3).image(0);
      return Map.of(
          "coupling", classifier.couplings(image), "lengths", classifier.predict(image).lengths());
    }
  }

  private static LabeledImages drawings(int count, long seed) {
    return Drawing.images(count, seed, Drawing.BAR, Drawing.POLE, Drawing.CROSS, Drawing.RING);
  }

  private static ImageClassifier untrained() {
    CapsNet net =
        CapsNet.Config.paper()
            .with("image", new ImageShape(1, Drawing.SIDE, Drawing.SIDE))
            .with("classes", 4)
            .with("stem", List.of(new Conv(8, 5, 1)))
            .with("primary", new Primary(4, 4, 5, 2))
            .with("classDim", 4)
            .with("decoder", null)
            .with("routing", new NearestVotes(2))
            .build(0);
    return new ImageClassifier(net, drawings(0, 0).classNames());
  }

  @TempDir private Path folder;

  @Test
  void isTrainedSavedAndLoadedInAnotherProcess() throws Exception {
    Kinds.register("nearest-votes", NearestVotes.class);
    Path file = folder.resolve("drawings.safetensors");
    Path answered = folder.resolve("answers.safetensors");
    try (ImageClassifier classifier = untrained()) {
      LabeledImages test = drawings(80, 2);
      classifier.train(
          drawings(160, 1), test, TrainingOptions.epochs(10).batch(16).learningRate(0.003).quiet());
      assertThat(classifier.evaluate(test).accuracy()).isGreaterThan(0.9);

      classifier.save(file);
      run(Loader.class, file, answered);
      Map<String, INDArray> answers = Loader.answers(classifier);
      assertThat(Safetensors.read(answered).tensors()).isEqualTo(answers);

      INDArray coupling = answers.get("coupling"); // [types, height, width, classes]
      assertThat(coupling.shape()).containsExactly(4, 4, 4, 4);
      assertThat(coupling.sum(-1).minNumber().doubleValue()).isCloseTo(1, within(1e-5));
      assertThat(coupling.sum(-1).maxNumber().doubleValue()).isCloseTo(1, within(1e-5));
      INDArray sharpness = classifier.net().state().get("classes.sharpness");
      assertThat(sharpness.sub(1).amaxNumber().doubleValue()).as("learned").isGreaterThan(1e-3);
    }
  }

  /** Runs a main in a process of its own, on this class path. */
  private static void run(Class<?> main, Path... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      command.add("--add-modules=jdk.incubator.vector"); // the same kernels, the same numbers
    }
    command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    for (Path argument : arguments) {
      command.add(argument.toString());
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
