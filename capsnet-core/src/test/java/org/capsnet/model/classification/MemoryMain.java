package org.capsnet.model.classification;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.capsnet.autograd.OneHot;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Predictor;
import org.capsnet.model.Primary;
import org.capsnet.nn.Init;
import org.capsnet.train.Trainer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes and leaves many models or threads, or asks one model much, and says how much memory the
 * process held at most.
 */
final class MemoryMain {

  static final Path STATUS = Path.of("/proc/self/status");

  /** Rounds after which everything that is made once has been made. */
  private static final int WARM = 3;

  /** Threads that ask at the same time, and how often in a round. */
  private static final int READERS = 8;

  private static final int PREDICTIONS = 150;

  private MemoryMain() {}

  /** What is done again and again. */
  private interface Round {
    void run() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    Round round = round(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    long before = 0;
    long most = 0;
    for (int i = 1; i <= rounds; i++) {
      round.run();
      long now = resident();
      before = i <= WARM ? now : before;
      most = Math.max(most, now);
    }
    System.out.println("grown " + (most - before));
  }

  private static Round round(String what) {
    return switch (what) {
      case "dropped" -> MemoryMain::large;
      case "closed" -> () -> large().close();
      case "trained" -> MemoryMain::trained;
      case "threads" -> {
        ImageClassifier shared = named(plain());
        yield () -> askedOnANewThread(shared);
      }
      case "predictions" -> {
        ImageClassifier shared = named(small());
        ExecutorService readers = Executors.newFixedThreadPool(READERS, MemoryMain::daemon);
        yield () -> asked(shared::predict, readers);
      }
      case "served" -> {
        Predictor<Prediction> shared = Predictor.of(named(small()));
        ExecutorService readers = Executors.newFixedThreadPool(READERS, MemoryMain::daemon);
        yield () -> asked(shared::predict, readers);
      }
      default -> throw new IllegalArgumentException(what);
    };
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  private static ImageClassifier named(CapsNet net) {
    return new ImageClassifier(net, Collections.nCopies(10, "x"));
  }

  /** Resident memory in MiB. */
  private static long resident() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
        .findFirst()
        .orElseThrow();
  }

  /** 6 million parameters, 23 MiB, nearly all of them in two layers of less than 32 MiB. */
  private static CapsNet large() {
    return CapsNet.Config.paper()
        .with("stem", List.of(new Conv(8, 9, 2)))
        .with("primary", new Primary(4, 8, 3, 2))
        .with("decoder", List.of(8192, 512))
        .build(0);
  }

  /** In double precision, whose operations work outside the heap. */
  private static CapsNet plain() {
    return CapsNet.Config.paper()
        .with("stem", List.of(new Conv(32, 9, 1)))
        .with("primary", new Primary(8, 8, 9, 2))
        .with("decoder", null)
        .build(Init.seed(0).type(DataType.DOUBLE));
  }

  /**
   * Whose convolutions and routing have fused kernels for one image, and whose features of one take
   * 160 KiB: so few predictions tell what is kept of each.
   */
  private static CapsNet small() {
    return CapsNet.Config.paper()
        .with("image", new ImageShape(1, 24, 24))
        .with("stem", List.of(new Conv(128, 7, 1)))
        .with("primary", new Primary(4, 8, 3, 2))
        .with("decoder", List.of(16))
        .build(0);
  }

  private static void trained() {
    DataSet batch = new DataSet(images(1), OneHot.of(new int[] {3}, 10, DataType.FLOAT));
    try (CapsNet net = large()) {
      Trainer.of(ClassificationObjective.standard(net))
          .epochs(1)
          .fit(new SingletonDataSetIterator(batch));
    }
  }

  private static void askedOnANewThread(ImageClassifier classifier) throws InterruptedException {
    Thread thread = new Thread(() -> classifier.predictBatch(images(32)));
    thread.start();
    thread.join();
  }

  private static void asked(Function<INDArray, Prediction> model, ExecutorService readers)
      throws InterruptedException, ExecutionException {
    INDArray image = Nd4j.ones(DataType.FLOAT, 1, 24, 24).muli(0.5);
    Callable<Prediction> question = () -> model.apply(image);
    for (Future<Prediction> answer :
        readers.invokeAll(Collections.nCopies(PREDICTIONS, question))) {
      answer.get();
    }
  }

  private static INDArray images(int count) {
    return Nd4j.ones(DataType.FLOAT, count, 1, 28, 28).muli(0.5);
  }
}
