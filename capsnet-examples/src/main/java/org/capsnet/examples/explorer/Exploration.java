package org.capsnet.examples.explorer;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.capsnet.data.picture.ByteImage;
import org.capsnet.data.picture.ImageFile;
import org.capsnet.model.Explanation;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Predictor;
import org.capsnet.model.Reconstructor;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.Prediction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What the page is told: maps of names to numbers, texts, and pixels in base 64. Any number of
 * threads may ask; the answers are computed by two threads, since each that computes keeps memory
 * of its own for the next time.
 */
final class Exploration implements AutoCloseable {

  /** A small grey picture is kept at so many times the size, to be cut out and centred. */
  private static final int FINER = 4;

  private static final int SMALL_SIDE = 64;

  /** For as long, the JVM learns to be fast before somebody has drawn a first stroke. */
  private static final long WARM_UP_NANOS = 1_500_000_000L;

  private final ImageClassifier model;
  private final String name;
  private final Predictor<Prediction> predictor;
  private final ExecutorService computing =
      Executors.newSingleThreadExecutor(work -> daemon("explorer-computing", work));

  /** Whether somebody waits for an answer, so that there is no more time to warm up. */
  private volatile boolean asked;

  Exploration(ImageClassifier model, String name) {
    this.model = model;
    this.name = name;
    predictor = Predictor.of(model);
    // Should it fail, so will the first question, which says why.
    computing.execute(new FutureTask<>(this::warmUp));
  }

  static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  ImageShape shape() {
    return model.image();
  }

  int classes() {
    return model.classNames().size();
  }

  /** What the page is for: the network and the images that it takes. */
  Map<String, Object> about() {
    ImageShape own = shape();
    return Map.of(
        "name", name,
        "network", model.net().getClass().getSimpleName(),
        "parameters", model.net().parameterCount(),
        "channels", own.channels(),
        "height", own.height(),
        "width", own.width(),
        "classes", model.classNames(),
        "decoder", draws(),
        "digits", areDigits());
  }

  private boolean draws() {
    return model.ability() instanceof Reconstructor decoder && decoder.reconstructs();
  }

  /** Digits are drawn by hand, and are centred as MNIST's were. */
  private boolean areDigits() {
    List<String> digits = IntStream.range(0, 10).mapToObj(Integer::toString).toList();
    return shape().channels() == 1 && digits.equals(model.classNames());
  }

  /** Computes what is asked for again and again, so that the first answers are not late. */
  private Map<String, Object> warmUp() throws IOException {
    ImageShape own = shape();
    ByteImage dark =
        new ByteImage(new byte[own.pixels()], own.channels(), own.height(), own.width());
    long until = System.nanoTime() + WARM_UP_NANOS;
    do {
      looked(new Question(dark, OptionalInt.empty()));
    } while (!asked && System.nanoTime() < until);
    return of(dark, pixels -> explained(pixels, 0));
  }

  /** The lengths of all classes, and the pose of one with what is drawn from it. */
  Map<String, Object> look(Question question) throws IOException {
    asked = true;
    return looked(question);
  }

  private Map<String, Object> looked(Question question) throws IOException {
    Prediction found = of(question.image(), predictor::predict);
    int label = question.label().orElse(found.label());
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("seen", base64(question.image()));
    answer.put("found", found.label());
    answer.put("lengths", found.lengths().toFloatVector());
    answer.put("label", label);
    answer.put("pose", found.pose(label));
    if (draws()) {
      answer.put(
          "drawn",
          label == found.label()
              ? base64(image(found.reconstruction().orElseThrow()))
              : drawn(label, found.pose(label)));
    }
    return answer;
  }

  /** What is made of the pixels of an image, which are held no longer. */
  private static <T> T of(ByteImage image, Function<INDArray, T> made) {
    INDArray pixels = image.toArray();
    try {
      return made.apply(pixels);
    } finally {
      pixels.close();
    }
  }

  /** What a capsule of a pose stands for. */
  Map<String, Object> draw(int label, double... pose) throws IOException {
    return Map.of("drawn", drawn(label, pose));
  }

  private String drawn(int label, double... pose) throws IOException {
    return base64(image(inTurn(() -> model.draw(label, Nd4j.createFromArray(pose)))));
  }

  /** Which places, and which capsules, speak for a class; or why nobody knows. */
  Map<String, Object> explain(Question question) throws IOException {
    int label =
        question
            .label()
            .orElseThrow(() -> new IllegalArgumentException("label: expected a class, got none"));
    return inTurn(() -> of(question.image(), pixels -> explained(pixels, label)));
  }

  private Map<String, Object> explained(INDArray pixels, int label) {
    Map<String, Object> answer = new LinkedHashMap<>();
    try {
      answer.put("voters", shares(model.couplings(pixels), label));
      Explanation explanation = Explanation.of(model.ability(), pixels, label);
      if (explanation.contributions().length() > 1) {
        ImageShape own = shape();
        float[] heat = explanation.heatMap().ravel().toFloatVector();
        answer.put("map", base64(ByteImage.of(heat, 1, own.height(), own.width())));
        answer.put("places", explanation.contributions().shape());
      }
    } catch (UnsupportedOperationException e) {
      answer.put("why", e.getMessage());
    }
    return answer;
  }

  /** The coupling of each type of voters with a class, its mean over their places. */
  private static double[] shares(INDArray couplings, int label) {
    INDArray own = couplings.slice(label, couplings.rank() - 1).dup('c');
    long types = couplings.size(0);
    return own.reshape('c', types, own.length() / types).mean(1).toDoubleVector();
  }

  /** A picture that was dropped on the page, for it to ask about. */
  Map<String, Object> read(byte[] file) throws IOException {
    ImageShape own = shape();
    int finer =
        own.channels() == 1 && Math.max(own.height(), own.width()) <= SMALL_SIDE ? FINER : 1;
    int height = finer * own.height();
    int width = finer * own.width();
    ByteImage picture = image(inTurn(() -> ImageFile.read(file, own.channels(), height, width)));
    return Map.of(
        "pixels", base64(picture), "height", height, "width", width, "bright", isBright(picture));
  }

  /** Whether the border is: then it is dark ink on paper, where digits are to be light. */
  private static boolean isBright(ByteImage picture) {
    int height = picture.height();
    int width = picture.width();
    int[] border =
        IntStream.concat(
                IntStream.range(0, width)
                    .flatMap(
                        x -> IntStream.of(picture.get(0, 0, x), picture.get(0, height - 1, x))),
                IntStream.range(0, height)
                    .flatMap(y -> IntStream.of(picture.get(0, y, 0), picture.get(0, y, width - 1))))
            .toArray();
    return Arrays.stream(border).average().orElseThrow() > 127;
  }

  private ByteImage image(INDArray pixels) {
    return ByteImage.of(
        pixels.ravel().toFloatVector(),
        (int) pixels.size(0),
        (int) pixels.size(1),
        (int) pixels.size(2));
  }

  private static String base64(ByteImage image) {
    return Base64.getEncoder().encodeToString(image.bytes());
  }

  /** What the thread that computes makes of a question; whatever it throws comes out of here. */
  private <T> T inTurn(Callable<T> question) throws IOException {
    asked = true;
    try {
      return computing.submit(question).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause().toString(), e);
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("the explorer has been closed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the explorer has been closed", e);
    }
  }

  /** Waits for what is being computed: then the model is the caller's again. */
  @Override
  public void close() {
    predictor.close();
    computing.shutdownNow();
    boolean interrupted = false;
    while (!computing.isTerminated()) {
      try {
        computing.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
