package org.capsnet.model.classification;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.capsnet.autograd.OneHot;
import org.capsnet.model.Conv;
import org.capsnet.model.Primary;
import org.capsnet.nn.Init;
import org.capsnet.train.Trainer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** Makes and leaves many models or threads, and says how much memory the process held at most. */
final class MemoryMain {

  static final Path STATUS = Path.of("/proc/self/status");

  /** Rounds after which everything that is made once has been made. */
  private static final int WARM = 3;

  private MemoryMain() {}

  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[1]);
    CapsNet shared = plain();
    long before = 0;
    long most = 0;
    for (int i = 1; i <= rounds; i++) {
      round(arguments[0], shared);
      long now = resident();
      before = i <= WARM ? now : before;
      most = Math.max(most, now);
    }
    System.out.println("grown " + (most - before));
  }

  private static void round(String what, CapsNet shared) throws InterruptedException {
    switch (what) {
      case "dropped" -> large();
      case "closed" -> large().close();
      case "trained" -> trained();
      case "threads" -> askedOnANewThread(shared);
      default -> throw new IllegalArgumentException(what);
    }
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
        .build();
  }

  /** In double precision, whose operations work outside the heap. */
  private static CapsNet plain() {
    return CapsNet.Config.paper()
        .with("stem", List.of(new Conv(32, 9, 1)))
        .with("primary", new Primary(8, 8, 9, 2))
        .with("decoder", null)
        .build(Init.seed(0).type(DataType.DOUBLE));
  }

  private static void trained() {
    DataSet batch = new DataSet(images(1), OneHot.of(new int[] {3}, 10, DataType.FLOAT));
    try (CapsNet net = large()) {
      Trainer.of(ClassificationObjective.standard(net))
          .epochs(1)
          .fit(new SingletonDataSetIterator(batch));
    }
  }

  private static void askedOnANewThread(CapsNet net) throws InterruptedException {
    ImageClassifier classifier = new ImageClassifier(net, Collections.nCopies(10, "x"));
    Thread thread = new Thread(() -> classifier.predictBatch(images(32)));
    thread.start();
    thread.join();
  }

  private static INDArray images(int count) {
    return Nd4j.ones(DataType.FLOAT, count, 1, 28, 28).muli(0.5);
  }
}
