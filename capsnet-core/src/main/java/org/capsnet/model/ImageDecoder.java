package org.capsnet.model;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.capsnet.nn.Activation;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Layer;
import org.capsnet.nn.Linear;
import org.capsnet.nn.Sequential;
import org.nd4j.linalg.api.buffer.DataType;

/** The layers that draw images again from the poses of class capsules (Sabour et al. 2017). */
final class ImageDecoder {

  private ImageDecoder() {}

  /** Layers from {@code [batch, in]} to {@code [batch, pixels]}, from 0 to 1. */
  static Sequential of(
      int in, List<Integer> hidden, int pixels, RandomGenerator random, DataType type) {
    List<Layer> layers = new ArrayList<>();
    int size = in;
    for (int next : hidden) {
      layers.add(new Linear(size, next, Initializer.HE_NORMAL, random, type));
      layers.add(Activation.relu());
      size = next;
    }
    layers.add(new Linear(size, pixels, random, type));
    layers.add(Activation.sigmoid());
    return new Sequential(layers.toArray(Layer[]::new));
  }

  /** How many numbers the state of such layers has. */
  static long numbers(int in, List<Integer> hidden, int pixels) {
    long numbers = 0;
    long size = in;
    for (int next : hidden) {
      numbers = Sizes.sum(numbers, Sizes.convolution(size, next, 1));
      size = next;
    }
    return Sizes.sum(numbers, Sizes.convolution(size, pixels, 1));
  }
}
