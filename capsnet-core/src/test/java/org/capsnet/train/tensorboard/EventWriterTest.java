package org.capsnet.train.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.capsnet.io.FormatException;
import org.capsnet.testing.EventFile;
import org.capsnet.testing.EventFile.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.tensorflow.framework.HistogramProto;
import org.tensorflow.framework.Summary;

class EventWriterTest {

  @TempDir private Path folder;

  private interface Writing {
    void to(EventWriter events) throws IOException;
  }

  private List<Event> written(Writing writing) throws IOException {
    try (EventWriter events = EventWriter.in(folder)) {
      writing.to(events);
      events.close();
      return EventFile.read(events.file());
    }
  }

  private HistogramProto histogram(INDArray numbers) throws IOException {
    List<Event> events = written(to -> to.histogram("h", numbers, 3));
    return events.get(1).values().get(0).getHisto();
  }

  @Test
  void theFirstRecordIsTheVersion() throws IOException {
    double before = Instant.now().toEpochMilli() / 1000.0;
    Event first = written(events -> {}).get(0);
    assertThat(first.version()).contains("brain.Event:2");
    assertThat(first.time()).isBetween(before, Instant.now().toEpochMilli() / 1000.0);
  }

  @Test
  void numbersComeBack() throws IOException {
    List<Event> events =
        written(
            to -> {
              to.start(8);
              to.scalar("a", 0.1, 8);
              to.scalars(Map.of("b/x", -2.0, "c", Double.POSITIVE_INFINITY), 1L << 40);
            });
    assertThat(events).hasSize(4);
    assertThat(events.get(1).start()).isTrue();
    assertThat(events.get(1).step()).isEqualTo(8);
    assertThat(events.get(2).scalar("a")).contains(0.1f);
    assertThat(events.get(2).start()).isFalse();
    assertThat(events.get(3).step()).isEqualTo(1L << 40);
    assertThat(events.get(3).scalar("b/x")).contains(-2f);
    assertThat(events.get(3).scalar("c")).contains(Float.POSITIVE_INFINITY);
  }

  @Test
  void histogramsCountEachNumberOnce() throws IOException {
    // More than a piece, of a view that is not in one piece itself.
    INDArray numbers = Nd4j.arange(90_000).castTo(DataType.FLOAT).reshape(300, 300).transpose();
    HistogramProto h = histogram(numbers);
    assertThat(h.getMin()).isZero();
    assertThat(h.getMax()).isCloseTo(89_999, within(0.1));
    assertThat(h.getNum()).isEqualTo(90_000);
    assertThat(h.getSum()).isCloseTo(89_999.0 * 45_000, within(1e6));
    assertThat(h.getBucketCount()).isEqualTo(30);
    assertThat(h.getBucketLimitCount()).isEqualTo(30);
    assertThat(h.getBucketList()).allMatch(count -> Math.abs(count - 3000) <= 1);
    assertThat(h.getBucketLimit(0)).isCloseTo(89_999 / 30.0, within(0.1));
    assertThat(h.getBucketLimit(29)).isEqualTo(h.getMax());
  }

  @Test
  void bucketsAreThoseOfTheNumbers() throws IOException {
    HistogramProto h = histogram(Nd4j.createFromArray(-1.0, -1.0, 0.05, 2.0));
    assertThat(h.getSumSquares()).isCloseTo(6.0025, within(1e-12));
    assertThat(h.getBucket(0)).isEqualTo(2);
    assertThat(h.getBucket(10)).isEqualTo(1); // 1.05 of 3, tenths wide
    assertThat(h.getBucket(29)).isEqualTo(1);
    assertThat(h.getBucketLimit(10)).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void numbersThatAreAllTheSameAreOneBucket() throws IOException {
    HistogramProto h = histogram(Nd4j.zeros(DataType.FLOAT, 5));
    assertThat(h.getBucketList()).containsExactly(5.0);
    assertThat(h.getBucketLimitList()).containsExactly(0.0);
  }

  @Test
  void theWidestRangeDoesNotOverflow() throws IOException {
    HistogramProto h = histogram(Nd4j.createFromArray(-Double.MAX_VALUE, 0.0, Double.MAX_VALUE));
    assertThat(h.getBucketLimitList()).allMatch(Double::isFinite).isSorted();
    assertThat(h.getBucketList().stream().mapToDouble(x -> x).sum()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void histogramsAreOfFiniteNumbers(double odd) {
    assertThatThrownBy(() -> histogram(Nd4j.createFromArray(1, odd, 2)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("histogram h: expected finite numbers, got NaN or infinity");
  }

  @Test
  void histogramsAreNotOfNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> histogram(Nd4j.empty(DataType.FLOAT)))
        .withMessage("histogram h: expected numbers, got none");
  }

  @Test
  void picturesComeBack() throws IOException {
    BufferedImage picture = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(2, 1, 0x123456);
    BufferedImage grey = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
    List<Event> events =
        written(
            to -> {
              to.image("p", picture, 1);
              to.image("g", grey, 1);
            });
    Summary.Image image = EventFile.values(events, "p").get(0).getImage();
    assertThat(image.getHeight()).isEqualTo(2);
    assertThat(image.getWidth()).isEqualTo(3);
    assertThat(image.getColorspace()).isEqualTo(3);
    byte[] png = image.getEncodedImageString().toByteArray();
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(read.getRGB(2, 1) & 0xffffff).isEqualTo(0x123456);
    assertThat(EventFile.values(events, "g").get(0).getImage().getColorspace()).isEqualTo(1);
  }

  @Test
  void textComesBack() throws IOException {
    Summary.Value value = written(to -> to.text("t", "# größer\n", 0)).get(1).values().get(0);
    assertThat(value.getMetadata().getPluginData().getPluginName()).isEqualTo("text");
    assertThat(value.getTensor().getStringVal(0).toStringUtf8()).isEqualTo("# größer\n");
  }

  /** Which TensorBoard reads in the order of their names. */
  @Test
  void eachFileComesAfterThoseBeforeIt() throws IOException {
    Files.createFile(folder.resolve("events.out.tfevents.9000000000.a"));
    written(events -> {});
    written(events -> {});
    assertThat(EventFile.in(folder))
        .extracting(file -> file.getFileName().toString().substring(0, 30))
        .containsExactly(
            "events.out.tfevents.9000000000",
            "events.out.tfevents.9000000001",
            "events.out.tfevents.9000000002");
  }

  /** Of the reader of these tests, which all others rest on. */
  @Test
  void eachBitCounts() throws IOException {
    Path file;
    try (EventWriter events = EventWriter.in(folder)) {
      events.scalar("a", 1, 1);
      events.text("t", "x", 1);
      file = events.file();
    }
    byte[] whole = Files.readAllBytes(file);
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] changed = whole.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> EventFile.read(file, changed)).isInstanceOf(FormatException.class);
    }
  }

  @Test
  void whatIsFlushedIsThere() throws IOException {
    try (EventWriter events = EventWriter.in(folder)) {
      events.scalar("a", 1, 1);
      events.flush();
      assertThat(EventFile.read(events.file()).get(1).scalar("a")).isEqualTo(Optional.of(1f));
    }
  }
}
