package org.capsnet.model.detection;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.capsnet.data.detection.Box;
import org.capsnet.data.detection.DetectionSample;
import org.capsnet.data.detection.LabeledBox;
import org.capsnet.data.picture.ByteImage;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Primary;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Small detectors and scenes for tests. */
public final class Detectors {

  public static final List<String> NAMES = List.of("bright", "dim");

  static final DetectorSizes SIZES =
      CapsuleDetector.Config.of(new ImageShape(1, 16, 24), NAMES.size())
          .with("sizes.stages", List.of(Conv.same(8, 3, 2), Conv.same(12, 3, 2)))
          .with("sizes.primary", Primary.same(4, 4, 3, 1))
          .with("sizes.classDim", 6)
          .with("sizes.boxHidden", 8)
          .sizes();

  private Detectors() {}

  /** Of one cell, without a decoder. */
  public static CapsuleDetector.Config dense() {
    return new CapsuleDetector.Config(SIZES, null);
  }

  /** 4 by 6 cells. */
  static GridCapsuleDetector.Config grid() {
    return new GridCapsuleDetector.Config(SIZES, 1);
  }

  /** Sets all that a network has learned to zero, but for one array. */
  static void zeroBut(Network<?> net, String name, double... values) {
    net.state().values().forEach(array -> array.assign(0));
    set(net, name, values);
  }

  static void set(Network<?> net, String name, double... values) {
    INDArray array = net.state().get(name);
    array.assign(Nd4j.createFromArray(values).reshape(array.shape()));
  }

  /** Bright and dim rectangles on black, one of each class on every picture. */
  static List<DetectionSample> scenes(int count) {
    Random random = new Random(2);
    return IntStream.range(0, count).mapToObj(i -> scene(random)).toList();
  }

  private static DetectionSample scene(Random random) {
    byte[] pixels = new byte[16 * 24];
    LabeledBox[] objects = new LabeledBox[2];
    for (int label = 0; label < 2; label++) {
      int height = 4 + random.nextInt(5);
      int width = 4 + random.nextInt(5);
      int top = random.nextInt(17 - height);
      int left = 12 * label + random.nextInt(13 - width);
      for (int y = top; y < top + height; y++) {
        for (int x = left; x < left + width; x++) {
          pixels[24 * y + x] = (byte) (label == 0 ? 250 : 100);
        }
      }
      Box box =
          Box.ofCorners(left / 24.0, top / 16.0, (left + width) / 24.0, (top + height) / 16.0);
      objects[label] = new LabeledBox(label, box, false);
    }
    return new DetectionSample(new ByteImage(pixels, 1, 16, 24), List.of(objects));
  }
}
