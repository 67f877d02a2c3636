package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes that are known beforehand are those of the arrays that are made. */
class ConvolutionScratchTest {

  @ParameterizedTest
  @ValueSource(ints = {32, 40, 128, 300})
  void knowsTheFrequencyDomain(int batch) throws Exception {
    ConvolutionSizes sizes = new ConvolutionSizes(batch, 256, 20, 20, 128, 9, 9, 2, 2, 0, 0);
    int parts = (batch + 127) / 128;
    SpectralScratch scratch =
        new SpectralScratch(
            sizes.withBatch((batch + parts - 1) / parts), SpectralPieces.pay(sizes));
    scratch.turned();
    long workers = bytes(scratch, "workers");
    long ofWorkers = Parallel.workers() * ConvolutionScratch.spectralOfWorker(sizes);
    assertThat((double) (bytes(scratch) - workers) / ConvolutionScratch.spectral(sizes))
        .isBetween(0.95, 1.05);
    assertThat((double) workers / ofWorkers).isBetween(0.95, 1.05);
    // Of 40 samples and fewer it does not pay without the Vector API.
    long expected = ConvolutionScratch.spectral(sizes) + ofWorkers;
    assertThat(ConvolutionScratch.bytes(sizes))
        .isEqualTo(SpectralConvolution.pays(sizes) ? expected : 0);
    assertThat(SpectralConvolution.pays(sizes) || batch <= 40).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void knowsMinimalFilters(int batch) throws Exception {
    for (ConvolutionSizes sizes :
        List.of(
            new ConvolutionSizes(batch, 256, 20, 20, 250, 9, 9, 2, 2, 0, 0),
            new ConvolutionSizes(batch, 33, 15, 14, 70, 3, 3, 1, 1, 1, 1))) {
      WinogradPlanes planes = new WinogradPlanes(sizes);
      int width = Simd.ROWS.width();
      WinogradConvolution convolution = new WinogradConvolution(sizes);
      assertThat(ConvolutionScratch.winograd(sizes, planes, width))
          .isEqualTo(bytes(made("WinogradConvolution$Scratch", convolution)));
      assertThat(ConvolutionScratch.winogradOfWorker(sizes, planes, width))
          .isEqualTo(bytes(made("WinogradConvolution$OfWorker", convolution)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 128})
  void knowsColumns(int batch) throws Exception {
    ConvolutionSizes sizes = new ConvolutionSizes(batch, 1, 28, 28, 256, 9, 9, 1, 1, 0, 0);
    long ofWorker = bytes(made("ColumnConvolution$Scratch", sizes));
    assertThat(ConvolutionScratch.columns(sizes)).isEqualTo(ofWorker);
    assertThat(ConvolutionScratch.bytes(sizes))
        .isEqualTo(ofWorker * Parallel.workers(batch) + ConvolutionScratch.sums(sizes));
    assertThat(ConvolutionScratch.sums(sizes)).isEqualTo(4L * Math.min(16, batch) * 256 * 96);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9})
  void knowsSumsOverTaps(int batch) throws Exception {
    ConvolutionSizes sizes = new ConvolutionSizes(batch, 34, 15, 14, 70, 3, 3, 2, 2, 1, 0);
    long forward = ConvolutionScratch.direct(sizes);
    assertThat(forward)
        .isEqualTo(bytes(made("DirectConvolution$Scratch", new DirectConvolution(sizes))));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 128})
  void knowsGroups(int batch) throws Exception {
    for (ConvolutionSizes sizes :
        List.of(
            new ConvolutionSizes(batch, 8, 28, 28, 8, 3, 3, 1, 1, 1, 1),
            new ConvolutionSizes(batch, 5, 14, 13, 20, 2, 5, 3, 2, 0, 1),
            new ConvolutionSizes(batch, 4, 7, 7, 16, 3, 3, 2, 2, 1, 1))) {
      long ofWorker = bytes(made("GroupedConvolution$Scratch", sizes));
      assertThat(ConvolutionScratch.group(sizes)).isEqualTo(ofWorker);
      long weights = 7L * sizes.out() * sizes.in() * sizes.taps();
      int units = GroupedLayout.units(sizes);
      long sums = 7L * Math.min(16, units) * GroupedConvolution.sums(sizes);
      assertThat(ConvolutionScratch.ofGroups(sizes, 7))
          .isEqualTo(Parallel.workers(7 * units) * ofWorker + Float.BYTES * (weights + sums));
    }
  }

  /** Scratch memory as a kernel makes it. */
  private static Object made(String type, Object of) throws ReflectiveOperationException {
    Constructor<?> constructor =
        Class.forName("org.capsnet.kernel." + type).getDeclaredConstructor(of.getClass());
    constructor.setAccessible(true);
    return constructor.newInstance(of);
  }

  /** Feature maps so large that a kernel's arrays would fill the heap, or be too long for Java. */
  @Test
  void leavesToNd4jWhatWouldFillTheHeap() {
    ConvolutionSizes primary = new ConvolutionSizes(128, 256, 20, 20, 256, 9, 9, 2, 2, 0, 0);
    ConvolutionSizes stem = new ConvolutionSizes(128, 1, 28, 28, 256, 9, 9, 1, 1, 0, 0);
    assertThat(ConvolutionScratch.holdsSpectral(primary)).isTrue();
    assertThat(ConvolutionScratch.holdsDirect(primary)).isTrue();
    assertThat(ConvolutionScratch.holdsColumns(stem)).isTrue();
    assertThat(ColumnConvolution.pays(stem)).isTrue();

    ConvolutionSizes many = new ConvolutionSizes(128, 1024, 150, 150, 1024, 9, 9, 1, 1, 0, 0);
    assertThat(ConvolutionScratch.spectral(many)).isGreaterThan(30L << 30);
    assertThat(SpectralConvolution.pays(many)).isFalse();
    ConvolutionSizes large = new ConvolutionSizes(2, 1, 2048, 2048, 512, 5, 5, 1, 1, 2, 2);
    assertThat(ConvolutionScratch.columns(large)).isGreaterThan(16L << 30);
    assertThat(ColumnConvolution.pays(large)).isFalse();
    assertThat(
            DirectConvolution.pays(new ConvolutionSizes(1, 512, 2048, 2048, 64, 3, 3, 1, 1, 1, 1)))
        .isFalse();
  }

  /** What workers share fits, but what each of them turns back is half as much again. */
  @Test
  void leavesToNd4jWhatWouldFillTheHeapOnceForEachWorker() {
    ConvolutionSizes sizes = new ConvolutionSizes(1, 32, 800, 800, 32, 3, 3, 1, 1, 1, 1);
    WinogradPlanes planes = new WinogradPlanes(sizes);
    assertThat(ConvolutionScratch.winograd(sizes, planes, 32)).isLessThan(900L << 20);
    assertThat(ConvolutionScratch.winogradOfWorker(sizes, planes, 32)).isGreaterThan(300L << 20);
    assertThat(ConvolutionScratch.holdsWinograd(sizes, planes, 32)).isFalse();
    assertThat(ConvolutionScratch.holdsWinograd(sizes, planes, 16)).isTrue();
  }

  /** The bytes of an array, of the arrays in one, or of those in the fields of an object. */
  private static long bytes(Object value) throws IllegalAccessException {
    if (value instanceof float[] floats) {
      return (long) Float.BYTES * floats.length;
    }
    long bytes = 0;
    if (value instanceof Object[] objects) {
      for (Object object : objects) {
        bytes += bytes(object);
      }
    } else if (isScratch(value)) {
      for (Field field : value.getClass().getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && field.getType().isArray()) {
          bytes += bytes(value, field.getName());
        }
      }
    }
    return bytes;
  }

  private static boolean isScratch(Object value) {
    return value != null && value.getClass().getName().matches(".*(Scratch|Worker)");
  }

  private static long bytes(Object scratch, String name) throws IllegalAccessException {
    try {
      Field field = scratch.getClass().getDeclaredField(name);
      field.setAccessible(true);
      return bytes(field.get(scratch));
    } catch (NoSuchFieldException e) {
      throw new AssertionError(e);
    }
  }
}
