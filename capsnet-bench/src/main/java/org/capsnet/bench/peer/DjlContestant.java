package org.capsnet.bench.peer;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.capsnet.bench.process.PyTorchFacts;

/**
 * DJL with PyTorch: its own Adam, no recording at prediction, and one manager per call that frees
 * all that the call made. Knows nothing of ND4J, whose natives would count as this process's
 * memory.
 */
final class DjlContestant implements Contestant {

  private static final float LEARNING_RATE = 1e-3f;

  private final NDManager manager = NDManager.newBaseManager();
  private final Optimizer adam =
      Optimizer.adam().optLearningRateTracker(Tracker.fixed(LEARNING_RATE)).build();
  private final NDArray images;
  private final NDArray labels;
  private final DjlNetwork net;

  /** Reads a fixture, or a saved network, which gets random images. */
  DjlContestant(Contest contest, Path file) throws IOException {
    Map<String, NDArray> state = new LinkedHashMap<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      NDList.decode(manager, in).forEach(array -> state.put(array.getName(), array));
    }
    images = state.remove(Fixture.IMAGES);
    labels = state.remove(Fixture.LABELS);
    net =
        switch (contest) {
          case CAPSNET -> new DjlCapsNet(state);
          case EFFICIENT -> new DjlEfficientCapsNet(state);
        };
  }

  @Override
  public DoubleSupplier training(int batch) {
    NDArray x = images(batch);
    NDArray y = labels(batch);
    return () -> {
      try (NDManager step = borrowing(x, y)) {
        NDArray loss;
        try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
          loss = net.loss(x, y);
          gradients.backward(loss);
        }
        net.parameters().forEach(this::update);
        return loss.getFloat();
      }
    };
  }

  private void update(String name, NDArray parameter) {
    NDArray gradient = parameter.getGradient();
    adam.update(name, parameter, gradient);
    gradient.subi(gradient); // PyTorch would add the next one to it
  }

  @Override
  public Supplier<float[]> prediction(int batch) {
    NDArray x = images(batch);
    return () -> {
      try (NDManager call = borrowing(x)) {
        NDArray classes = net.classes(x, false);
        NDArray lengths = DjlNetwork.lengths(classes);
        NDArray longest = lengths.argMax(1).oneHot(DjlNetwork.CLASSES, DataType.FLOAT32);
        net.decode(classes, longest).toFloatArray();
        return lengths.toFloatArray();
      }
    };
  }

  @Override
  public DoubleSupplier routing(int batch) {
    NDArray u = leaf(0.1f, batch, 1152, 8);
    NDArray weight = leaf(0.1f, DjlNetwork.CLASSES, 1152 * 8, 16);
    NDArray bias = leaf(0, DjlNetwork.CLASSES, 16);
    NDArray upstream = leaf(1, batch, DjlNetwork.CLASSES, 16).stopGradient();
    NDArray even = manager.create(DjlCapsNet.EVEN);
    return () -> {
      try (NDManager step = manager.newSubManager();
          GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
        new NDList(u, weight, bias, upstream).tempAttach(step);
        gradients.backward(DjlCapsNet.route(u, weight, bias, even).mul(upstream).sum());
        return u.getGradient().getFloat(0, 0, 0);
      }
    };
  }

  private NDArray leaf(float deviation, long... shape) {
    NDArray leaf = manager.randomNormal(0, 1, new Shape(shape), DataType.FLOAT32).mul(deviation);
    leaf.setRequiresGradient(true);
    return leaf;
  }

  /** A manager that frees what is made of these arrays and the network's, and gives them back. */
  private NDManager borrowing(NDArray... inputs) {
    NDManager scope = manager.newSubManager();
    new NDList(inputs).tempAttach(scope);
    new NDList(net.state().values()).tempAttach(scope);
    return scope;
  }

  private NDArray images(int batch) {
    return images == null
        ? manager.randomUniform(0, 1, new Shape(batch, 1, 28, 28), DataType.FLOAT32)
        : images.get("0:" + batch).duplicate();
  }

  private NDArray labels(int batch) {
    return labels == null
        ? manager.arange(batch).mod(DjlNetwork.CLASSES).oneHot(DjlNetwork.CLASSES, DataType.FLOAT32)
        : labels.get("0:" + batch).duplicate();
  }

  @Override
  public Map<String, String> facts() {
    return PyTorchFacts.facts();
  }

  @Override
  public void close() {
    manager.close();
  }
}
