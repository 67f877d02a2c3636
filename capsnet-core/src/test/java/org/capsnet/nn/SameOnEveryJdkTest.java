package org.capsnet.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.zip.CRC32;
import org.capsnet.autograd.Dropouts;
import org.capsnet.autograd.Variable;
import org.capsnet.data.ElasticDeformation;
import org.capsnet.data.RandomAffine;
import org.capsnet.data.Seeds;
import org.capsnet.data.medical.SyntheticCells;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The same seed gives the same numbers on every JDK: what is drawn is held to the bit. Whoever
 * changes a number here changes what every seed means.
 */
class SameOnEveryJdkTest {

  private static final long SEED = 42;

  private static String bits(double... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Double.BYTES);
    DoubleStream.of(numbers).forEach(bytes::putDouble);
    CRC32 crc = new CRC32();
    crc.update(bytes.array());
    return "%08x".formatted(crc.getValue());
  }

  private static String bits(Initializer initializer) {
    return bits(
        Numbers.of(initializer.draw(9, 5, new SplittableRandom(SEED), DataType.DOUBLE, 999)));
  }

  @Test
  void normalNumbers() {
    Gaussian gaussian = new Gaussian(new SplittableRandom(SEED));
    assertThat(gaussian.getAsDouble()).isEqualTo(0.49295065581737485);
    assertThat(gaussian.getAsDouble()).isEqualTo(-0.6940056672160174);
    assertThat(gaussian.getAsDouble()).isEqualTo(-1.2810773478777024);
  }

  @Test
  void normalNumbersAreNormal() {
    Gaussian gaussian = new Gaussian(new SplittableRandom(SEED));
    int count = 200_000;
    double[] moments = new double[5];
    int beyond = 0;
    for (int i = 0; i < count; i++) {
      double x = gaussian.getAsDouble();
      for (int k = 1; k < moments.length; k++) {
        moments[k] += Math.pow(x, k) / count;
      }
      beyond += Math.abs(x) > 1.959964 ? 1 : 0;
    }
    assertThat(moments[1]).isCloseTo(0, within(0.01));
    assertThat(moments[2]).isCloseTo(1, within(0.01));
    assertThat(moments[3]).isCloseTo(0, within(0.03));
    assertThat(moments[4]).isCloseTo(3, within(0.06));
    assertThat((double) beyond / count).isCloseTo(0.05, within(0.002));
  }

  @Test
  void weights() {
    Map<String, String> drawn = new TreeMap<>();
    drawn.put("He normal", bits(Initializer.HE_NORMAL));
    drawn.put("He uniform", bits(Initializer.HE_UNIFORM));
    drawn.put("Xavier normal", bits(Initializer.XAVIER_NORMAL));
    drawn.put("Xavier uniform", bits(Initializer.XAVIER_UNIFORM));
    drawn.put("fan-in uniform", bits(Initializer.FAN_IN_UNIFORM));
    drawn.put("LeCun normal", bits(Initializer.LECUN_NORMAL));
    assertThat(drawn)
        .containsExactly(
            entry("He normal", "57e2b12b"),
            entry("He uniform", "af8d3bba"),
            entry("LeCun normal", "929fc1fb"),
            entry("Xavier normal", "837df06c"),
            entry("Xavier uniform", "8bf40605"),
            entry("fan-in uniform", "be0031d8"));
  }

  @Test
  void aNetwork() {
    CapsNet net =
        CapsNet.Config.paper()
            .with("image", new ImageShape(1, 12, 12))
            .with("classes", 3)
            .with("stem", List.of(new Conv(8, 3, 1)))
            .with("primary", new Primary(2, 4, 3, 2))
            .with("classDim", 4)
            .with("decoder", List.of(8))
            .build(SEED);
    double[] all =
        net.parameters().values().stream()
            .flatMapToDouble(p -> DoubleStream.of(Numbers.of(p.value())))
            .toArray();
    assertThat(bits(all)).isEqualTo("fde88944");
  }

  @Test
  void whatIsDropped() {
    Variable ones = Variable.constant(Nd4j.ones(DataType.FLOAT, 500));
    assertThat(bits(Numbers.of(Dropouts.dropout(ones, 0.3, SEED, 5).value())))
        .isEqualTo("467d18ff");
  }

  @Test
  void data() {
    Map<String, String> drawn = new TreeMap<>();
    int[] order = new int[500];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    Seeds.shuffle(order, Seeds.stream(SEED, 1, 2));
    drawn.put("order", bits(Arrays.stream(order).asDoubleStream().toArray()));
    Random stream = Seeds.stream(SEED, 3);
    drawn.put("stream", bits(stream.nextDouble(), stream.nextGaussian(), stream.nextInt(1000)));
    drawn.put("cell", bits(Numbers.of(new SyntheticCells(24, SEED).apply(3).image().toArray())));
    float[] image = new float[20 * 20];
    for (int i = 0; i < image.length; i++) {
      image[i] = i % 7 / 7f;
    }
    float[] turned = image.clone();
    new RandomAffine(20, 0.9, 1.1, 5, 2).apply(turned, 1, 20, 20, Seeds.stream(SEED, 4));
    drawn.put("affine", bits(pixels(turned)));
    float[] deformed = image.clone();
    new ElasticDeformation(5, 2).apply(deformed, 1, 20, 20, Seeds.stream(SEED, 5));
    drawn.put("elastic", bits(pixels(deformed)));
    assertThat(drawn)
        .containsExactly(
            entry("affine", "ea337f4d"),
            entry("cell", "273d6695"),
            entry("elastic", "312a1880"),
            entry("order", "f1e13736"),
            entry("stream", "8a632178"));
  }

  private static double[] pixels(float[] image) {
    double[] pixels = new double[image.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = image[i];
    }
    return pixels;
  }
}
