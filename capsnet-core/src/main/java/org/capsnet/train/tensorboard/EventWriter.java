package org.capsnet.train.tensorboard;

import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.protobuf.ByteString;
import org.tensorflow.framework.DataType;
import org.tensorflow.framework.Summary;
import org.tensorflow.framework.SummaryMetadata;
import org.tensorflow.framework.TensorProto;
import org.tensorflow.framework.TensorShapeProto;

/**
 * Writes an event file of TensorBoard, which shows what is in it while it is written. All files in
 * a folder are of one run, one after the other; folders within a folder are runs to be compared.
 *
 * <pre>{@code
 * try (EventWriter events = EventWriter.in(Path.of("runs", "mnist", "board"))) {
 *   events.scalar("accuracy", 0.993, 1000);
 * }
 * }</pre>
 *
 * <p>A file grows at its end: one that was cut off by a kill is read up to there. What is written
 * reaches the file by {@link #flush}, by closing, and while more is written every ten seconds. The
 * part of a tag before its first slash is the group in which TensorBoard shows it. For one thread.
 */
public final class EventWriter implements Closeable {

  private static final Pattern NAME = Pattern.compile("events\\.out\\.tfevents\\.(\\d{1,18})\\..*");

  private static final int BUFFER = 1 << 16;
  private static final long MILLIS = 1000;
  private static final long FLUSH_NANOS = 10_000_000_000L;
  private static final int GREY = 1;
  private static final int COLOURED = 3;

  private final Path file;
  private final OutputStream out;
  private long flushed = System.nanoTime();

  private EventWriter(Path file) throws IOException {
    this.file = file;
    out =
        new BufferedOutputStream(
            Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            BUFFER);
  }

  /**
   * Begins a file {@code events.out.tfevents.<seconds>.<host>}, whose name comes after those of all
   * other files of the folder, since TensorBoard reads them in that order.
   *
   * @param folder of the run, made if it is missing
   * @return the writer, to be closed
   * @throws IOException if it cannot be written
   */
  public static EventWriter in(Path folder) throws IOException {
    Files.createDirectories(folder);
    long now = Clock.systemUTC().millis() / MILLIS;
    long seconds = Math.max(now, newest(folder) + 1);
    String name = String.format(Locale.ROOT, "events.out.tfevents.%010d.%s", seconds, host());
    EventWriter writer = new EventWriter(folder.resolve(name));
    try {
      writer.write(Event.version());
      writer.flush();
      return writer;
    } catch (IOException e) {
      writer.out.close();
      throw e;
    }
  }

  private static long newest(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> NAME.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .mapToLong(name -> Long.parseLong(name.group(1)))
          .max()
          .orElse(0);
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "-");
    } catch (UnknownHostException e) {
      return "localhost"; // a machine need not know its name
    }
  }

  /** {@return the file} */
  public Path file() {
    return file;
  }

  /**
   * Says that what follows is the run from a step on: TensorBoard drops what earlier files have of
   * this step and later ones.
   *
   * @param step the first step that is done again, or for the first time
   * @throws IOException if it cannot be written
   */
  public void start(long step) throws IOException {
    write(Event.start(step));
  }

  /**
   * Writes a number.
   *
   * @param tag what it is
   * @param value any, kept as a float
   * @param step when
   * @throws IOException if it cannot be written
   */
  public void scalar(String tag, double value, long step) throws IOException {
    scalars(Map.of(tag, value), step);
  }

  /**
   * Writes numbers of one step.
   *
   * @param values any, by tag, kept as floats
   * @param step when
   * @throws IOException if they cannot be written
   */
  public void scalars(Map<String, Double> values, long step) throws IOException {
    Summary.Builder summary = Summary.newBuilder();
    values.forEach(
        (tag, value) ->
            summary.addValue(
                Summary.Value.newBuilder().setTag(tag).setSimpleValue(value.floatValue())));
    write(Event.summary(step, summary.build()));
  }

  /**
   * Writes how the numbers of an array are spread.
   *
   * @param tag what they are
   * @param numbers finite, of any type and shape; not empty
   * @param step when
   * @throws IllegalArgumentException if there is no number
   * @throws ArithmeticException if one is NaN or infinite
   * @throws IOException if it cannot be written
   */
  public void histogram(String tag, INDArray numbers, long step) throws IOException {
    write(step, Summary.Value.newBuilder().setTag(tag).setHisto(Histogram.of(tag, numbers)));
  }

  /**
   * Writes a picture.
   *
   * @param tag what it shows
   * @param picture in grey or colours
   * @param step when
   * @throws IOException if it cannot be written
   */
  public void image(String tag, BufferedImage picture, long step) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream png = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(picture, "png", png)) {
        throw new IOException("this Java has no PNG writer");
      }
    }
    boolean grey = picture.getType() == BufferedImage.TYPE_BYTE_GRAY;
    write(
        step,
        Summary.Value.newBuilder()
            .setTag(tag)
            .setImage(
                Summary.Image.newBuilder()
                    .setHeight(picture.getHeight())
                    .setWidth(picture.getWidth())
                    .setColorspace(grey ? GREY : COLOURED)
                    .setEncodedImageString(ByteString.copyFrom(bytes.toByteArray()))));
  }

  /**
   * Writes text.
   *
   * @param tag what it is about
   * @param markdown the text; TensorBoard shows it as Markdown
   * @param step when
   * @throws IOException if it cannot be written
   */
  public void text(String tag, String markdown, long step) throws IOException {
    write(
        step,
        Summary.Value.newBuilder()
            .setTag(tag)
            .setMetadata(
                SummaryMetadata.newBuilder()
                    .setPluginData(SummaryMetadata.PluginData.newBuilder().setPluginName("text")))
            .setTensor(
                TensorProto.newBuilder()
                    .setDtype(DataType.DT_STRING)
                    .setTensorShape(TensorShapeProto.getDefaultInstance())
                    .addStringVal(ByteString.copyFromUtf8(markdown))));
  }

  private void write(long step, Summary.Value.Builder value) throws IOException {
    write(Event.summary(step, Summary.newBuilder().addValue(value).build()));
  }

  private void write(byte[] event) throws IOException {
    try {
      Records.write(out, event);
    } catch (IOException e) {
      throw failed(e);
    }
    if (System.nanoTime() - flushed > FLUSH_NANOS) {
      flush();
    }
  }

  /**
   * Hands what is written to the system, for TensorBoard to see.
   *
   * @throws IOException if it cannot be written
   */
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw failed(e);
    }
    flushed = System.nanoTime();
  }

  private IOException failed(IOException e) {
    return new IOException("cannot write " + file + ": " + e.getMessage(), e);
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
