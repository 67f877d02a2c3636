package org.capsnet.data;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Prepares the next batches of an iterator on a thread of its own while the present one is in use.
 * It gives the same batches in the same order as the iterator alone, and is {@linkplain
 * SeekableIterator seekable} where that is. The thread runs from the first {@link #next()} of an
 * epoch to the epoch's end, or to {@link #reset()}, {@code seek} or {@link #close()}.
 *
 * <p>ND4J's own {@code AsyncDataSetIterator} was considered and not used: if the iterator below it
 * throws, a caller that already waits for a batch waits for ever; {@code next} without {@code
 * hasNext} gives null; and it cannot seek, since its thread starts with it.
 *
 * <p>For one caller at a time. While a {@code Prefetching} is in use, the iterator below belongs to
 * it.
 *
 * @serial exclude
 */
// ND4J's interface is Serializable; nothing here is ever serialized.
@SuppressWarnings({"serial", "InvalidBlockTag"})
public class Prefetching implements DataSetIterator, AutoCloseable {

  private static final int BATCHES_AHEAD = 2;

  private final DataSetIterator below;
  private final int ahead;
  private Worker worker;

  private Prefetching(DataSetIterator below, int ahead) {
    this.below = below;
    this.ahead = ahead;
  }

  /**
   * Prefetches two batches.
   *
   * @param below the iterator to work ahead of
   * @return an iterator with the same batches; a {@link SeekableIterator} if the one below is
   * @throws IllegalArgumentException if that iterator does not support it, as where it gives the
   *     same arrays again and again
   */
  public static Prefetching of(DataSetIterator below) {
    return of(below, BATCHES_AHEAD);
  }

  /**
   * Prefetches a number of batches.
   *
   * @param below the iterator to work ahead of
   * @param ahead how many finished batches may wait, 1 or more
   * @return an iterator with the same batches; a {@link SeekableIterator} if the one below is
   * @throws IllegalArgumentException if that iterator does not support it, or the number is below 1
   */
  public static Prefetching of(DataSetIterator below, int ahead) {
    if (ahead < 1) {
      throw new IllegalArgumentException("ahead: expected 1 or more, got " + ahead);
    }
    if (!below.asyncSupported()) {
      throw new IllegalArgumentException(
          "expected an iterator that supports asynchronous use, got " + below.getClass().getName());
    }
    return below instanceof SeekableIterator seekable
        ? new Seekable(seekable, ahead)
        : new Prefetching(below, ahead);
  }

  /** Prefetches from an iterator that can seek. */
  private static final class Seekable extends Prefetching implements SeekableIterator {

    private final SeekableIterator below;

    Seekable(SeekableIterator below, int ahead) {
      super(below, ahead);
      this.below = below;
    }

    @Override
    public void seek(int epoch, int batch) {
      close();
      below.seek(epoch, batch);
    }

    @Override
    public int batches() {
      return below.batches();
    }

    @Override
    public Map<String, String> provenance() {
      return below.provenance();
    }

    @Override
    public void release(DataSet batch) {
      below.release(batch);
    }
  }

  // ---------------------------------------------------------------- the thread

  /**
   * What comes through the queue: a batch, or, with no batch, the end and what caused it, which is
   * null at the end of an epoch.
   */
  private record Item(DataSet batch, Throwable failure) {}

  /** Takes batches from the iterator until it has no more, fails, or is told to stop. */
  private static final class Worker extends Thread {

    private static final long STEP_MILLIS = 50;

    private final DataSetIterator from;
    private final BlockingQueue<Item> queue;
    private volatile boolean stopped;
    private Item head;

    Worker(DataSetIterator from, int ahead) {
      super("capsnet-prefetch");
      this.from = from;
      queue = new ArrayBlockingQueue<>(ahead);
      setDaemon(true);
    }

    @Override
    public void run() {
      Item end = new Item(null, null);
      try {
        while (!stopped && from.hasNext()) {
          put(new Item(from.next(), null));
        }
      } catch (Throwable failure) { // whatever it is, the caller must not wait for ever
        end = new Item(null, failure);
      }
      put(end);
    }

    /** Waits in steps: an interrupt could hit the iterator in the middle of reading a file. */
    private void put(Item item) {
      try {
        boolean taken = false;
        while (!stopped && !taken) {
          taken = queue.offer(item, STEP_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (!taken) {
          discard(item);
        }
      } catch (InterruptedException e) {
        stopped = true;
        discard(item);
      }
    }

    /** Nobody else would hand back a batch that is not taken. */
    private void discard(Item item) {
      if (item != null && item.batch != null && from instanceof SeekableIterator seekable) {
        seekable.release(item.batch);
      }
    }

    private void discardWaiting() {
      for (Item item = queue.poll(); item != null; item = queue.poll()) {
        discard(item);
      }
    }

    /** The next item, which stays the next. Called by the user's thread, as all below. */
    Item peek() {
      try {
        if (head == null) {
          head = queue.take();
        }
        return head;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for a batch", e);
      }
    }

    void advance() {
      head = null;
    }

    /** Returns when the thread no longer uses the iterator. */
    void finish() {
      stopped = true;
      boolean interrupted = false;
      while (isAlive()) {
        discardWaiting();
        try {
          join(STEP_MILLIS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      discardWaiting();
      discard(head);
      head = null;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Stops the thread, if it runs. Batches that wait are freed; the iterator may be used again. */
  @Override
  public void close() {
    if (worker != null) {
      worker.finish();
      worker = null;
    }
  }

  // ---------------------------------------------------------------- batches

  /** Without a thread the iterator below is where the caller is, and can be asked. */
  @Override
  public boolean hasNext() {
    if (worker == null) {
      return below.hasNext();
    }
    Item item = worker.peek();
    rethrow(item.failure);
    return item.batch != null;
  }

  /**
   * Takes the next batch, waiting for it if need be.
   *
   * @return the batch
   * @throws NoSuchElementException at the end of the epoch
   * @throws RuntimeException whatever the iterator below has thrown
   */
  @Override
  public DataSet next() {
    if (worker == null) {
      worker = new Worker(below, ahead);
      worker.start();
    }
    if (!hasNext()) {
      throw new NoSuchElementException("the epoch has no more batches");
    }
    DataSet batch = worker.peek().batch;
    worker.advance();
    return batch;
  }

  private static void rethrow(Throwable failure) {
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw new IllegalStateException("the iterator below failed", failure);
    }
  }

  /**
   * Not supported: batches are made before anyone asks for their size.
   *
   * @param num ignored
   * @return never
   */
  @Override
  public DataSet next(int num) {
    throw new UnsupportedOperationException("a prefetched batch has the size it was made with");
  }

  @Override
  public void reset() {
    close();
    below.reset();
  }

  // ---------------------------------------------------------------- for ND4J

  @Override
  public int inputColumns() {
    return below.inputColumns();
  }

  @Override
  public int totalOutcomes() {
    return below.totalOutcomes();
  }

  @Override
  public int batch() {
    return below.batch();
  }

  @Override
  public List<String> getLabels() {
    return below.getLabels();
  }

  @Override
  public boolean resetSupported() {
    return below.resetSupported();
  }

  /** {@inheritDoc} False: it is asynchronous already. */
  @Override
  public boolean asyncSupported() {
    return false;
  }

  /**
   * Sets what the iterator below does to each batch, on the prefetching thread.
   *
   * @param preProcessor the change
   * @throws IllegalStateException in the middle of an epoch, where batches are already made
   */
  @Override
  public void setPreProcessor(DataSetPreProcessor preProcessor) {
    if (worker != null) {
      throw new IllegalStateException("a preprocessor must be set before the first batch");
    }
    below.setPreProcessor(preProcessor);
  }

  @Override
  public DataSetPreProcessor getPreProcessor() {
    return below.getPreProcessor();
  }
}
