package org.capsnet.model;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Values;
import org.capsnet.data.picture.ImageFile;
import org.capsnet.io.FormatException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Serves a model to any number of threads: requests that arrive together are put to the network as
 * one batch, which takes less time than one after the other.
 *
 * <pre>{@code
 * try (ImageClassifier digits = ImageClassifier.ofDigits();
 *     Predictor<Prediction> predictor = Predictor.of(digits)) {
 *   Prediction p = predictor.predict(upload);                          // on any thread
 *   predictor.submit(file).thenAccept(q -> System.out.println(q.top(3)));
 * }
 * }</pre>
 *
 * <p>Pictures are read by the thread that brings them; the network is asked by one thread of the
 * predictor's own, since its kernels use all cores. That thread takes what is there. Only right
 * after a batch does it wait, up to {@link Batching#pause()}, for as many requests as were under
 * way then: a request that comes alone is answered at once.
 *
 * <p><b>Failures.</b> What cannot be read, or is no image of the network's size, fails before it
 * meets others. Where a batch fails, its images are asked about one by one, so that the failure
 * goes to the request that caused it.
 *
 * <p><b>Numbers.</b> They are those of {@link ImageModel#predict(INDArray)} to the last bit where a
 * request was alone, and in a batch within 1e-5: sums over a batch are in another order.
 *
 * <p><b>Closing.</b> {@link #close} answers all requests that were accepted, and refuses those that
 * still wait for room or are being read. The model stays open; close it afterwards.
 *
 * @param <R> what the model says of an image, such as {@link
 *     org.capsnet.model.classification.Prediction}
 */
public final class Predictor<R> implements AutoCloseable {

  private final ImageModel<?, R> model;
  private final RequestQueue<Request<R>> queue;
  private final Thread worker;

  private Predictor(ImageModel<?, R> model, RequestQueue<Request<R>> queue) {
    this.model = Objects.requireNonNull(model, "model");
    this.queue = queue;
    worker = new Thread(this::work, "capsnet-predictor");
    worker.setDaemon(true);
  }

  /**
   * Serves a model with the {@linkplain Batching#standard() standard} settings.
   *
   * @param model not to be trained or closed while it is served
   * @param <R> what it says of an image
   * @return the predictor
   */
  public static <R> Predictor<R> of(ImageModel<?, R> model) {
    return of(model, Batching.standard());
  }

  /**
   * Serves a model.
   *
   * @param model not to be trained or closed while it is served
   * @param batching how requests are put together
   * @param <R> what it says of an image
   * @return the predictor
   */
  public static <R> Predictor<R> of(ImageModel<?, R> model, Batching batching) {
    return of(model, new RequestQueue<>(batching));
  }

  /** Serves a model from a queue of its own. */
  static <R> Predictor<R> of(ImageModel<?, R> model, RequestQueue<Request<R>> queue) {
    Predictor<R> predictor = new Predictor<>(model, queue);
    predictor.worker.start();
    return predictor;
  }

  // ---------------------------------------------------------------- asking and waiting

  /**
   * Says what is in an image, as {@link ImageModel#predict(INDArray)}.
   *
   * @param pixels {@code [channels, height, width]}, from 0 to 1; copied
   * @return what the model says of it
   * @throws IllegalArgumentException if the shape is not the network's, or a number is not from 0
   *     to 1
   * @throws IllegalStateException if the predictor is closed, the network is being trained, or the
   *     thread is interrupted
   * @throws ArithmeticException if the network gives NaN
   */
  public R predict(INDArray pixels) {
    return answer(submit(pixels), RuntimeException.class);
  }

  /**
   * Says what is in a picture file, as {@link ImageModel#predict(Path)}.
   *
   * @param file a picture of any size
   * @return what the model says of it
   * @throws FormatException if it is no such file
   * @throws IOException if it cannot be read
   * @throws IllegalStateException as for pixels
   */
  public R predict(Path file) throws IOException {
    return answer(submit(file), IOException.class);
  }

  /**
   * Says what is in a picture that is read from a stream, as {@link
   * ImageModel#predict(InputStream)}.
   *
   * @param picture a whole picture file; read to its end and not closed
   * @return what the model says of it
   * @throws FormatException if it is no such picture
   * @throws IOException if it cannot be read
   * @throws IllegalStateException as for pixels
   */
  public R predict(InputStream picture) throws IOException {
    return answer(submit(picture), IOException.class);
  }

  /**
   * Says what is in a picture in memory, as {@link ImageModel#predict(BufferedImage)}.
   *
   * @param picture of any size and colour model
   * @return what the model says of it
   * @throws IllegalStateException as for pixels
   */
  public R predict(BufferedImage picture) {
    return answer(submit(picture), RuntimeException.class);
  }

  /**
   * Says what is in a picture in its file's form, as {@link ImageModel#predict(byte[])}.
   *
   * @param picture the bytes of a whole picture file
   * @return what the model says of it
   * @throws FormatException if it is no such picture
   * @throws IllegalStateException as for pixels
   */
  public R predict(byte[] picture) throws FormatException {
    return answer(submit(picture), FormatException.class);
  }

  /** Waits for an answer, or fails as its request did. */
  private static <R, E extends Exception> R answer(CompletableFuture<R> answer, Class<E> checked)
      throws E {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      answer.cancel(false);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a prediction", e);
    } catch (ExecutionException e) {
      Throwable failure = e.getCause();
      if (checked.isInstance(failure)) {
        throw checked.cast(failure);
      }
      if (failure instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure; // reading and predicting throw no other
    }
  }

  // ---------------------------------------------------------------- asking and going on

  /**
   * Asks about an image. This waits while there is no {@link Batching#room()}, and not for the
   * answer.
   *
   * @param pixels {@code [channels, height, width]}, from 0 to 1; copied
   * @return the answer to come, or the exception that {@link #predict(INDArray)} throws; it may be
   *     cancelled. Actions that are joined to it run on the predictor's thread, and must not ask
   *     it: those of {@code thenApplyAsync} and the like may.
   */
  public CompletableFuture<R> submit(INDArray pixels) {
    return enter(() -> copied(pixels));
  }

  /**
   * Asks about a picture file, which this reads.
   *
   * @param file a picture of any size
   * @return as for pixels
   */
  public CompletableFuture<R> submit(Path file) {
    return enter(() -> model.pixels(file));
  }

  /**
   * Asks about a picture that is read from a stream, here and now: a slow stream keeps nobody else
   * waiting.
   *
   * @param picture a whole picture file; read to its end and not closed
   * @return as for pixels
   */
  public CompletableFuture<R> submit(InputStream picture) {
    byte[] bytes;
    try {
      bytes = ImageFile.bytes(picture);
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    return enter(() -> model.pixels(new ByteArrayInputStream(bytes)));
  }

  /**
   * Asks about a picture in memory.
   *
   * @param picture of any size and colour model
   * @return as for pixels
   */
  public CompletableFuture<R> submit(BufferedImage picture) {
    return enter(() -> model.pixels(picture));
  }

  /**
   * Asks about a picture in its file's form.
   *
   * @param picture the bytes of a whole picture file
   * @return as for pixels
   */
  public CompletableFuture<R> submit(byte[] picture) {
    return enter(() -> model.pixels(picture));
  }

  /** Where the pixels of a request come from. */
  @FunctionalInterface
  private interface Source {

    /** Pixels that the request owns. */
    INDArray read() throws IOException;
  }

  private CompletableFuture<R> enter(Source source) {
    if (Thread.currentThread() == worker) {
      throw new IllegalStateException(
          "asked by an action of one of its answers: use thenApplyAsync and the like");
    }
    try {
      queue.enter();
    } catch (IllegalStateException e) {
      return CompletableFuture.failedFuture(e);
    }
    Request<R> request = null;
    try {
      request = new Request<>(source.read());
      queue.put(request);
      return request.answer;
    } catch (IOException | RuntimeException | Error e) {
      if (request != null) {
        request.free();
      }
      queue.leave(1);
      return CompletableFuture.failedFuture(e);
    }
  }

  private INDArray copied(INDArray pixels) {
    ImageShape image = model.image();
    Shapes.require("image", pixels, image.channels(), image.height(), image.width());
    Values.requireFromZeroToOne("image", pixels);
    return Scope.copyDetached(pixels);
  }

  // ---------------------------------------------------------------- the thread

  /**
   * An image that waits, and what came of it.
   *
   * @param <R> what the model says of it
   */
  static final class Request<R> {

    private final INDArray pixels;
    private final CompletableFuture<R> answer = new CompletableFuture<>();
    private R said;
    private Throwable failure;

    Request(INDArray pixels) {
      this.pixels = pixels;
    }

    boolean wanted() {
      return !answer.isDone();
    }

    void tell() {
      if (failure == null) {
        answer.complete(said);
      } else {
        answer.completeExceptionally(failure);
      }
    }

    void free() {
      pixels.close();
    }
  }

  private void work() {
    List<Request<R>> batch = List.of();
    try {
      for (batch = queue.take(); !batch.isEmpty(); batch = queue.take()) {
        serve(batch);
      }
    } catch (Throwable failure) { // whatever it is, nobody must wait for ever
      queue.close();
      for (; !batch.isEmpty(); batch = queue.take()) {
        batch.forEach(request -> request.answer.completeExceptionally(failure));
      }
      throw failure;
    }
  }

  private void serve(List<Request<R>> batch) {
    List<Request<R>> wanted = batch.stream().filter(Request::wanted).toList();
    if (!wanted.isEmpty()) {
      ask(wanted);
    }
    try {
      batch.forEach(Request::free);
      queue.leave(batch.size());
    } finally {
      wanted.forEach(Request::tell);
    }
  }

  private void ask(List<Request<R>> requests) {
    try (Scope scope = Scope.open()) {
      List<R> answers = model.predictBatch(images(requests));
      for (int i = 0; i < answers.size(); i++) {
        requests.get(i).said = answers.get(i);
      }
    } catch (Throwable failure) { // whatever it is, nobody must wait for ever
      if (requests.size() == 1) {
        requests.get(0).failure = failure;
      } else {
        requests.forEach(request -> ask(List.of(request)));
      }
    }
  }

  private INDArray images(List<Request<R>> requests) {
    DataType type = model.net().type();
    return Nd4j.stack(
        0, requests.stream().map(r -> r.pixels.castTo(type)).toArray(INDArray[]::new));
  }

  /**
   * Answers what was accepted, refuses what comes later, and ends the predictor's thread. It may be
   * called again, and by an action that is joined to an answer, which then is the last to run but
   * for those of requests that were accepted before.
   */
  @Override
  public void close() {
    queue.close();
    boolean interrupted = false;
    while (worker.isAlive() && Thread.currentThread() != worker) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
