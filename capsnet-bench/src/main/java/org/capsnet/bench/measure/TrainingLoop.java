package org.capsnet.bench.measure;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.capsnet.train.IterationReport;
import org.capsnet.train.Metric;
import org.capsnet.train.Trainable;
import org.capsnet.train.Trainer;
import org.capsnet.train.TrainingListener;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A training by the library's own {@link Trainer}, with Adam at 0.001, that does one step when it
 * is asked to: how a step is timed without the set-up and the end of a training.
 *
 * <p>The trainer runs on a thread of its own, whose data iterator waits for the next request; the
 * two hand-overs take microseconds, a step milliseconds.
 */
public final class TrainingLoop implements AutoCloseable {

  private static final double LEARNING_RATE = 1e-3;

  private final SynchronousQueue<Boolean> requests = new SynchronousQueue<>();
  private final SynchronousQueue<Outcome> outcomes = new SynchronousQueue<>();
  private final Thread thread;
  private boolean started;

  /** How a step, or the whole training, ended. */
  private record Outcome(double loss, Throwable failure) {}

  /**
   * Prepares a training; the first step begins it.
   *
   * @param model what is trained
   * @param batch the data of every step
   */
  public TrainingLoop(Trainable model, DataSet batch) {
    thread = new Thread(() -> train(model, batch), "training");
    thread.setDaemon(true);
  }

  private void train(Trainable model, DataSet batch) {
    try {
      Trainer.of(model)
          .updater(new Adam(LEARNING_RATE))
          .listener(
              new TrainingListener() {
                @Override
                public void onIteration(IterationReport report) {
                  put(outcomes, new Outcome(report.get(Metric.TRAIN_LOSS), null));
                }
              })
          .fit(new OnRequest(batch));
    } catch (RuntimeException | Error failure) { // whatever it is, the caller waits to be told
      put(outcomes, new Outcome(Double.NaN, failure));
    }
  }

  /**
   * Does a whole step: forward, loss, backward, update.
   *
   * @return the loss before the update
   * @throws IllegalStateException if the training failed, with its failure in the message
   */
  public double step() {
    if (!started) {
      started = true;
      thread.start();
    }
    put(requests, true);
    Outcome outcome = take(outcomes);
    if (outcome.failure != null) {
      throw new IllegalStateException("the training failed: " + outcome.failure, outcome.failure);
    }
    return outcome.loss;
  }

  /** Ends the training; not after a failed step. */
  @Override
  public void close() {
    if (!started) {
      return;
    }
    try {
      // Nobody takes the request where a failure has ended the training.
      while (thread.isAlive() && !requests.offer(false, 10, TimeUnit.MILLISECONDS)) {}
      thread.join();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static <T> void put(SynchronousQueue<T> queue, T what) {
    try {
      queue.put(what);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static <T> T take(SynchronousQueue<T> queue) {
    try {
      return queue.take();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted", e);
  }

  /** Gives the same batch at every request, until there is to be none. */
  // ND4J's interface is Serializable; nothing here is ever serialized.
  @SuppressWarnings("serial")
  private final class OnRequest implements DataSetIterator {

    private final DataSet batch;
    private Boolean more;

    OnRequest(DataSet batch) {
      this.batch = batch;
    }

    @Override
    public boolean hasNext() {
      if (more == null) {
        more = take(requests);
      }
      return more;
    }

    @Override
    public DataSet next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      more = null;
      return batch;
    }

    @Override
    public DataSet next(int number) {
      throw new UnsupportedOperationException("the batch is always the same");
    }

    @Override
    public int batch() {
      return batch.numExamples();
    }

    @Override
    public int inputColumns() {
      return batch.numInputs();
    }

    @Override
    public int totalOutcomes() {
      return batch.numOutcomes();
    }

    @Override
    public boolean resetSupported() {
      return false;
    }

    @Override
    public boolean asyncSupported() {
      return false;
    }

    @Override
    public void reset() {
      throw new UnsupportedOperationException("there is one pass only");
    }

    @Override
    public void setPreProcessor(DataSetPreProcessor processor) {
      throw new UnsupportedOperationException("the batch is as it is");
    }

    @Override
    public DataSetPreProcessor getPreProcessor() {
      return null;
    }

    @Override
    public List<String> getLabels() {
      return null;
    }
  }
}
