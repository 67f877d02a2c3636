package org.capsnet.bench.peer;

import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.capsnet.bench.measure.Operands;
import org.capsnet.bench.process.Nd4jFacts;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.CapsuleStrengthLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Deeplearning4j's capsule layers: the paper's encoder, without a decoder, which a chain of layers
 * cannot have, and with the loss that its own layers come with.
 */
final class Dl4jContestant implements Contestant {

  private final Fixture fixture;
  private final MultiLayerNetwork net;

  Dl4jContestant(Fixture fixture) {
    this.fixture = fixture;
    net =
        network(
            InputType.convolutional(28, 28, 1),
            new ConvolutionLayer.Builder(9, 9).nOut(256).activation(Activation.RELU).build(),
            new PrimaryCapsules.Builder(8, 32).kernelSize(9, 9).stride(2, 2).build(),
            classCapsules());
    load();
  }

  private static CapsuleLayer classCapsules() {
    return new CapsuleLayer.Builder(10, 16, 3).hasBias(true).build();
  }

  private static MultiLayerNetwork network(InputType input, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().updater(new Adam(1e-3)).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            list.layer(new CapsuleStrengthLayer.Builder().build())
                .layer(
                    new LossLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(input)
                .build());
    net.init();
    return net;
  }

  /** Takes the weights over; its primary convolution has axes height, width, in, out. */
  private void load() {
    set("0_W", fixture.state().get("stem.0.weight"));
    set("0_b", fixture.state().get("stem.0.bias"));
    set("1_weight", fixture.state().get("primary.conv.weight").permute(2, 3, 1, 0));
    set("1_bias", fixture.state().get("primary.conv.bias"));
    set("2_weight", fixture.state().get("classes.weight"));
    set("2_bias", fixture.state().get("classes.bias"));
  }

  /** Not by {@code setParam}, which leaves the weights of capsule layers as they are. */
  private void set(String name, INDArray value) {
    INDArray own = net.getParam(name);
    own.assign(value.dup('c').reshape('c', own.shape()));
  }

  @Override
  public DoubleSupplier training(int batch) {
    DataSet digits = fixture.first(batch);
    return () -> {
      net.fit(digits);
      return net.score();
    };
  }

  @Override
  public Supplier<float[]> prediction(int batch) {
    INDArray images = fixture.first(batch).getFeatures();
    // The last layer makes probabilities of the lengths.
    return () -> net.feedForwardToLayer(3, images, false).get(4).dup('c').data().asFloat();
  }

  @Override
  public DoubleSupplier routing(int batch) {
    MultiLayerNetwork routing = network(InputType.recurrent(1152, 8), classCapsules());
    routing.setInput(Operands.normal(0.1, batch, 1152, 8));
    routing.setLabels(fixture.first(batch).getLabels());
    return () -> {
      routing.computeGradientAndScore();
      return routing.score();
    };
  }

  @Override
  public Map<String, String> facts() {
    return Nd4jFacts.facts();
  }

  @Override
  public void close() {
    net.close();
  }
}
