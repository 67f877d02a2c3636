package org.capsnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.io.FormatException;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.Prediction;
import org.capsnet.nn.Init;
import org.capsnet.testing.Drawings;
import org.capsnet.testing.Numbers;
import org.capsnet.testing.SmallNetworks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@Timeout(60)
class PredictorTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Batching BATCHING = Batching.standard().pause(Duration.ZERO);
  private static final int SIZE = SmallNetworks.IMAGE.height();

  /** A grey that the probe fails at. */
  private static final double BAD = 0.5;

  @TempDir private Path folder;

  /** A model that says how bright an image is, once it is let, and what it was asked. */
  private static final class Probe extends ImageModel<Classifier, Double> {

    final List<Long> batches = Collections.synchronizedList(new ArrayList<>());
    final CountDownLatch asked = new CountDownLatch(1);
    final Semaphore let = new Semaphore(0);

    Probe() {
      this(SmallNetworks.all().get(0));
    }

    private Probe(Architecture.OfImages<?, ?> small) {
      super((Classifier) small.build(0), List.of("a", "b", "c"), SmallNetworks.CLASSES);
    }

    static Probe open() {
      Probe probe = new Probe();
      probe.let.release(Integer.MAX_VALUE / 2);
      return probe;
    }

    @Override
    protected void predict(Variable images, Consumer<Double> to) {
      batches.add(images.size(0));
      asked.countDown();
      let.acquireUninterruptibly();
      for (long b = 0; b < images.size(0); b++) {
        double grey = images.value().getDouble(b, 0, 0, 0);
        if (grey == BAD) {
          throw new ArithmeticException("this one");
        }
        to.accept(grey);
      }
    }
  }

  private static INDArray grey(double value) {
    return Nd4j.valueArrayOf(new long[] {1, SIZE, SIZE}, value, DataType.FLOAT);
  }

  /** Has the probe busy with a first request, so that others gather. */
  private static CompletableFuture<Double> occupied(Predictor<Double> predictor, Probe probe)
      throws InterruptedException {
    CompletableFuture<Double> first = predictor.submit(grey(0));
    probe.asked.await();
    return first;
  }

  private static void occupy(Predictor<Double> predictor, Probe probe) throws InterruptedException {
    assertThat(occupied(predictor, probe)).isNotDone();
  }

  private static <T> List<CompletableFuture<T>> submit(Predictor<T> predictor, double... greys) {
    List<CompletableFuture<T>> all = new ArrayList<>();
    for (double value : greys) {
      all.add(predictor.submit(grey(value)));
    }
    return all;
  }

  private static <T> List<T> answers(List<CompletableFuture<T>> futures) throws Exception {
    List<T> all = new ArrayList<>();
    for (CompletableFuture<T> future : futures) {
      all.add(future.get());
    }
    return all;
  }

  private static Thread started(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void awaitCount(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitState(Thread thread, Thread.State state) throws InterruptedException {
    while (thread.getState() != state) {
      Thread.sleep(1);
    }
  }

  // ---------------------------------------------------------------- what it says

  private static ImageClassifier classifier(Architecture.OfImages<?, ?> small, DataType type) {
    return new ImageClassifier((Classifier) small.build(Init.seed(1).type(type)), Drawings.CLASSES);
  }

  private static List<double[]> numbers(Prediction p) {
    List<double[]> all = new ArrayList<>(List.of(Numbers.of(p.lengths()), Numbers.of(p.poses())));
    p.reconstruction().ifPresent(image -> all.add(Numbers.of(image)));
    return all;
  }

  private static void assertSame(Prediction actual, Prediction expected) {
    assertThat(actual.classNames()).isEqualTo(expected.classNames());
    assertThat(numbers(actual)).usingRecursiveComparison().isEqualTo(numbers(expected));
  }

  @Test
  void everyFormOfAPictureIsAnsweredAsByTheModelItself() throws Exception {
    Drawings.write(folder, 3);
    Path file = folder.resolve("red circles").resolve("drawing 2.png");
    byte[] bytes = Files.readAllBytes(file);
    BufferedImage picture = ImageIO.read(file.toFile());
    try (ImageClassifier model = classifier(SmallNetworks.all().get(0), DataType.FLOAT);
        Predictor<Prediction> predictor = Predictor.of(model)) {
      Prediction expected = model.predict(file);
      assertSame(predictor.predict(file), expected);
      assertSame(predictor.predict(new ByteArrayInputStream(bytes)), expected);
      assertSame(predictor.predict(picture), expected);
      assertSame(predictor.predict(bytes), expected);
      assertSame(predictor.predict(model.pixels(file)), expected);
      assertSame(predictor.submit(file).get(), expected);
      assertSame(predictor.submit(new ByteArrayInputStream(bytes)).get(), expected);
      assertSame(predictor.submit(picture).get(), expected);
      assertSame(predictor.submit(bytes).get(), expected);
      assertSame(predictor.submit(model.pixels(file)).get(), expected);
      assertThat(predictor.predict(file).top(2)).isEqualTo(expected.top(2));
    }
  }

  static List<Architecture.OfImages<?, ?>> networks() {
    return SmallNetworks.all();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aBatchOfAnyNetworkSaysWhatItsImagesSayAlone(Architecture.OfImages<?, ?> small)
      throws Exception {
    CountDownLatch gathered = new CountDownLatch(1);
    try (ImageClassifier model = classifier(small, DataType.FLOAT);
        Predictor<Prediction> predictor = Predictor.of(model, BATCHING)) {
      CompletableFuture<Void> occupied =
          predictor.submit(grey(0)).thenAccept(first -> awaitCount(gathered));
      INDArray images = Nd4j.rand(DataType.FLOAT, 20, 1, SIZE, SIZE);
      List<CompletableFuture<Prediction>> together = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        together.add(predictor.submit(images.slice(i)));
      }
      gathered.countDown();
      occupied.get();
      for (int i = 0; i < 20; i++) {
        List<double[]> actual = numbers(together.get(i).get());
        List<double[]> alone = numbers(model.predict(images.slice(i)));
        for (int k = 0; k < alone.size(); k++) {
          assertThat(actual.get(k)).containsExactly(alone.get(k), offset(1e-5));
        }
      }
    }
  }

  @Test
  void networksOfDoublesTakePicturesAndNumbersOfAnyType() throws Exception {
    Drawings.write(folder, 3);
    Path file = folder.resolve("red circles").resolve("drawing 2.png");
    try (ImageClassifier model = classifier(SmallNetworks.all().get(0), DataType.DOUBLE);
        Predictor<Prediction> predictor = Predictor.of(model)) {
      INDArray pixels = model.pixels(file);
      CompletableFuture<Prediction> first = predictor.submit(file);
      CompletableFuture<Prediction> second = predictor.submit(pixels.castTo(DataType.DOUBLE));
      CompletableFuture<Prediction> third = predictor.submit(pixels.dup('f'));
      Prediction expected = model.predict(file);
      for (CompletableFuture<Prediction> answer : List.of(first, second, third)) {
        assertThat(Numbers.difference(answer.get().lengths(), expected.lengths())).isLessThan(1e-9);
      }
    }
  }

  @Test
  void pixelsMayChangeOrGoOnceTheyAreSubmitted() throws Exception {
    Probe probe = new Probe();
    try (Predictor<Double> predictor = Predictor.of(probe, BATCHING)) {
      CompletableFuture<Double> first = occupied(predictor, probe);
      INDArray changed = grey(0.25);
      CompletableFuture<Double> second = predictor.submit(changed);
      changed.assign(1);
      CompletableFuture<Double> third;
      try (Scope scope = Scope.open()) {
        third = predictor.submit(grey(0.75));
      }
      try (Scope scope = Scope.open()) {
        Nd4j.ones(DataType.FLOAT, 1, SIZE, SIZE);
        probe.let.release(2);
        assertThat(first.get()).isZero();
        assertThat(second.get()).isEqualTo(0.25);
        assertThat(third.get()).isEqualTo(0.75);
      }
    }
  }

  @Test
  void eightThreadsGetTheirOwnAnswers() throws Exception {
    Probe probe = Probe.open();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (Predictor<Double> predictor = Predictor.of(probe, BATCHING.room(5))) {
      List<Callable<Boolean>> work = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        double own = (i + 1) / 1024.0;
        work.add(() -> predictor.predict(grey(own)) == own);
      }
      for (Future<Boolean> same : threads.invokeAll(work)) {
        assertThat(same.get()).isTrue();
      }
    } finally {
      threads.shutdown();
    }
    assertThat(probe.batches).allMatch(batch -> batch <= 5);
    assertThat(probe.batches.stream().mapToLong(Long::longValue).sum()).isEqualTo(400);
  }

  // ---------------------------------------------------------------- batches

  @Test
  void requestsThatArriveTogetherAreABatch() throws Exception {
    Probe probe = new Probe();
    try (Predictor<Double> predictor = Predictor.of(probe, BATCHING)) {
      CompletableFuture<Double> first = occupied(predictor, probe);
      List<CompletableFuture<Double>> others = submit(predictor, 0.125, 0.25, 0.375, 0.625);
      probe.let.release(2);
      assertThat(first.get()).isZero();
      assertThat(answers(others)).containsExactly(0.125, 0.25, 0.375, 0.625);
    }
    assertThat(probe.batches).containsExactly(1L, 4L);
  }

  @Test
  void aBatchIsNoLargerThanAllowed() throws Exception {
    Probe probe = new Probe();
    try (Predictor<Double> predictor = Predictor.of(probe, BATCHING.largest(3))) {
      occupy(predictor, probe);
      List<CompletableFuture<Double>> others = submit(predictor, .1, .2, .3, .4, .6, .7, .8);
      probe.let.release(4);
      assertThat(answers(others)).hasSize(7);
    }
    assertThat(probe.batches).containsExactly(1L, 3L, 3L, 1L);
  }

  @Test
  void aLoneRequestIsNotKeptWaiting() {
    Probe probe = Probe.open();
    try (Predictor<Double> predictor = Predictor.of(probe, BATCHING.pause(HOUR))) {
      for (int i = 0; i < 5; i++) {
        assertThat(predictor.predict(grey(0.25))).isEqualTo(0.25);
      }
    }
    assertThat(probe.batches).containsExactly(1L, 1L, 1L, 1L, 1L);
  }

  @Test
  void afterABatchAsManyAreWaitedForAsWereUnderWay() throws Exception {
    Probe probe = new Probe();
    try (Predictor<Double> predictor = Predictor.of(probe, BATCHING.pause(HOUR))) {
      CompletableFuture<Double> first = occupied(predictor, probe);
      List<CompletableFuture<Double>> others = submit(predictor, 0.25, 0.75);
      probe.let.release(2);
      first.get();
      assertThat(predictor.submit(grey(1)).get()).isEqualTo(1);
      assertThat(answers(others)).containsExactly(0.25, 0.75);
    }
    assertThat(probe.batches).containsExactly(1L, 3L);
  }

  @Test
  void butNoLongerThanAsked() throws Exception {
    Probe probe = new Probe();
    Batching briefly = BATCHING.pause(Duration.ofMillis(5));
    try (Predictor<Double> predictor = Predictor.of(probe, briefly)) {
      occupy(predictor, probe);
      List<CompletableFuture<Double>> others = submit(predictor, 0.25, 0.75);
      probe.let.release(2);
      assertThat(answers(others)).containsExactly(0.25, 0.75);
    }
    assertThat(probe.batches).containsExactly(1L, 2L);
  }

  @Test
  void whoeverFindsNoRoomWaitsForIt() throws Exception {
    Probe probe = new Probe();
    try (Predictor<Double> predictor = Predictor.of(probe, BATCHING.room(2))) {
      occupy(predictor, probe);
      CompletableFuture<Double> second = predictor.submit(grey(0.25));
      List<Double> third = Collections.synchronizedList(new ArrayList<>());
      Thread waiting = started(() -> third.add(predictor.predict(grey(0.75))));
      awaitState(waiting, Thread.State.WAITING);
      assertThat(probe.batches).containsExactly(1L);
      probe.let.release(3);
      waiting.join();
      assertThat(second.get()).isEqualTo(0.25);
      assertThat(third).containsExactly(0.75);
    }
  }

  // ---------------------------------------------------------------- failures

  @Test
  void aFailureGoesToTheRequestThatCausedIt() throws Exception {
    Probe probe = new Probe();
    try (Predictor<Double> predictor = Predictor.of(probe, BATCHING)) {
      occupy(predictor, probe);
      List<CompletableFuture<Double>> others = submit(predictor, 0.25, BAD, 0.75);
      probe.let.release(5);
      assertThat(others.get(0).get()).isEqualTo(0.25);
      assertThat(others.get(2).get()).isEqualTo(0.75);
      assertThatThrownBy(() -> others.get(1).get())
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(ArithmeticException.class)
          .hasMessage("this one");
      assertThat(probe.batches).containsExactly(1L, 3L, 1L, 1L, 1L);
      probe.let.release(1);
      assertThatThrownBy(() -> predictor.predict(grey(BAD)))
          .isInstanceOf(ArithmeticException.class)
          .hasMessage("this one");
    }
  }

  @Test
  void whatIsNoImageOfTheNetworkNeverReachesIt() throws Exception {
    Path text = Files.writeString(folder.resolve("text.png"), "not a picture");
    InputStream broken = Files.newInputStream(text);
    broken.close();
    Probe probe = Probe.open();
    try (Predictor<Double> predictor = Predictor.of(probe, BATCHING.room(1))) {
      assertThatThrownBy(() -> predictor.predict(Nd4j.zeros(SIZE, SIZE)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("image: expected [1, 16, 16], got [16, 16]");
      assertThatThrownBy(() -> predictor.predict(grey(2)))
          .hasMessage("image: expected values from 0 to 1, got 2.0 to 2.0");
      assertThatThrownBy(() -> predictor.predict(grey(Double.NaN)))
          .hasMessage("image: expected values from 0 to 1, got NaN");
      assertThatThrownBy(() -> predictor.predict(text))
          .isInstanceOf(FormatException.class)
          .hasMessageStartingWith(text + ": ");
      assertThatThrownBy(() -> predictor.predict(folder.resolve("none.png")))
          .isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> predictor.predict(new byte[3])).isInstanceOf(FormatException.class);
      assertThatThrownBy(() -> predictor.predict(broken))
          .isInstanceOf(ClosedChannelException.class);
      assertThatThrownBy(() -> predictor.predict((BufferedImage) null))
          .isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> predictor.submit(text).get())
          .hasCauseInstanceOf(FormatException.class);
      assertThat(probe.batches).isEmpty();
      assertThat(predictor.predict(grey(0.25))).isEqualTo(0.25); // none of them took the room
    }
  }

  @Test
  void aSlowStreamKeepsNobodyWaiting() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (PipedOutputStream upload = new PipedOutputStream();
        PipedInputStream slow = new PipedInputStream(upload);
        Predictor<Double> predictor = Predictor.of(Probe.open(), BATCHING.room(1))) {
      Future<Double> asked = pool.submit(() -> predictor.predict(slow));
      upload.write(new byte[1 << 13]); // more than a pipe holds: it is being read
      assertThat(predictor.predict(grey(0.25))).isEqualTo(0.25);
      upload.close();
      assertThatThrownBy(asked::get)
          .cause()
          .isInstanceOf(FormatException.class)
          .hasMessageStartingWith("stream: ");
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void aNetworkThatIsTrainedSaysSoToEachRequest() {
    Probe probe = Probe.open();
    try (Predictor<Double> predictor = Predictor.of(probe, BATCHING)) {
      probe.net().train();
      assertThatThrownBy(() -> predictor.predict(grey(0.25)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the network is in training mode: call eval() first");
      probe.net().eval();
      assertThat(predictor.predict(grey(0.25))).isEqualTo(0.25);
    }
  }

  @Test
  void theNetworkIsNotAskedWhatNobodyWantsToKnow() throws Exception {
    Probe probe = new Probe();
    try (Predictor<Double> predictor = Predictor.of(probe, BATCHING)) {
      occupy(predictor, probe);
      List<CompletableFuture<Double>> others = submit(predictor, 0.25, 0.375, 0.75);
      others.get(1).cancel(false);
      probe.let.release(2);
      assertThat(others.get(0).get()).isEqualTo(0.25);
      assertThat(others.get(2).get()).isEqualTo(0.75);
    }
    assertThat(probe.batches).containsExactly(1L, 2L);
  }

  @Test
  void anInterruptedCallerGoesWithoutAnAnswer() throws Exception {
    Probe probe = new Probe();
    try (Predictor<Double> predictor = Predictor.of(probe, BATCHING.room(2))) {
      occupy(predictor, probe);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> predictor.predict(grey(0.25)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("interrupted while waiting for a prediction");
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
      assertThatThrownBy(() -> predictor.predict(grey(0.25)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("interrupted while waiting for room in the predictor");
      assertThat(Thread.interrupted()).isTrue();
      probe.let.release(2);
      assertThat(predictor.predict(grey(0.75))).isEqualTo(0.75);
    }
    assertThat(probe.batches).containsExactly(1L, 1L);
  }

  /** Nobody waits for ever, whatever becomes of the thread that answers. */
  @Test
  void whereTheThreadEndsAllAreTold() throws Exception {
    RequestQueue<Predictor.Request<Double>> queue =
        new RequestQueue<>(BATCHING) {
          @Override
          void leave(int requests) {
            throw new OutOfMemoryError("as one may be at any time");
          }
        };
    Probe probe = new Probe();
    try (Predictor<Double> predictor = Predictor.of(probe, queue)) {
      CompletableFuture<Double> first = occupied(predictor, probe);
      List<CompletableFuture<Double>> others = submit(predictor, 0.25, 0.75);
      probe.let.release(2);
      assertThat(first.get()).isZero();
      for (CompletableFuture<Double> other : others) {
        assertThatThrownBy(other::get).cause().isInstanceOf(OutOfMemoryError.class);
      }
      assertThatThrownBy(() -> predictor.predict(grey(0.25))).hasMessage("the predictor is closed");
    }
  }

  // ---------------------------------------------------------------- actions and closing

  @Test
  void anActionThatAsksThePredictorIsTold() throws Exception {
    Probe probe = new Probe();
    try (Predictor<Double> predictor = Predictor.of(probe, BATCHING.room(1))) {
      CompletableFuture<Double> first = occupied(predictor, probe);
      CompletableFuture<Double> wrong = first.thenApply(x -> predictor.predict(grey(0.25)));
      CompletableFuture<Double> right = first.thenApplyAsync(x -> predictor.predict(grey(0.75)));
      probe.let.release(2);
      assertThatThrownBy(wrong::get)
          .cause()
          .hasMessage("asked by an action of one of its answers: use thenApplyAsync and the like");
      assertThat(right.get()).isEqualTo(0.75);
    }
  }

  @Test
  void closingAnswersWhatWasAcceptedAndRefusesTheRest() throws Exception {
    Probe probe = new Probe();
    Predictor<Double> predictor = Predictor.of(probe, BATCHING.largest(2).room(4).pause(HOUR));
    CompletableFuture<Double> first = occupied(predictor, probe);
    List<CompletableFuture<Double>> others = submit(predictor, 0.25, 0.375, 0.75);
    List<CompletableFuture<Double>> late = Collections.synchronizedList(new ArrayList<>());
    Thread waiting = started(() -> late.add(predictor.submit(grey(1))));
    awaitState(waiting, Thread.State.WAITING);
    Thread closing = started(predictor::close);
    waiting.join();
    assertThatThrownBy(() -> late.get(0).get()).cause().hasMessage("the predictor is closed");
    assertThat(first.isDone()).isFalse();
    probe.let.release(3);
    closing.join();
    assertThat(first.getNow(-1.0)).isZero();
    for (int i = 0; i < 3; i++) {
      assertThat(others.get(i).getNow(-1.0)).isEqualTo(List.of(0.25, 0.375, 0.75).get(i));
    }
    assertThatThrownBy(() -> predictor.predict(grey(0.25)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the predictor is closed");
    predictor.close();
    assertThat(probe.net().parameters().get("classes.weight").value().wasClosed()).isFalse();
  }

  @Test
  void anActionMayCloseThePredictor() throws Exception {
    Probe probe = new Probe();
    Predictor<Double> predictor = Predictor.of(probe, BATCHING);
    CompletableFuture<Void> closed = occupied(predictor, probe).thenRun(predictor::close);
    probe.let.release(1);
    closed.get();
    predictor.close();
    assertThatThrownBy(() -> predictor.predict(grey(0.25))).hasMessage("the predictor is closed");
  }

  @Test
  void settingsOutOfTheirRangeAreRefused() {
    Batching standard = Batching.standard();
    assertThatThrownBy(() -> standard.largest(0)).hasMessage("largest: expected at least 1, got 0");
    assertThatThrownBy(() -> standard.largest(33))
        .hasMessage("largest: expected at most 32, got 33");
    assertThatThrownBy(() -> standard.room(0)).hasMessage("room: expected at least 1, got 0");
    assertThatThrownBy(() -> standard.pause(Duration.ofMillis(-1)))
        .hasMessage("pause: expected zero to an hour, got PT-0.001S");
    assertThatThrownBy(() -> standard.pause(HOUR.plusNanos(1)))
        .hasMessage("pause: expected zero to an hour, got PT1H0.000000001S");
  }
}
