package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.OneHot;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Masking;
import org.capsnet.model.Conv;
import org.capsnet.model.Primary;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.capsnet.train.Trainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/** Models that many threads use at once; the convolutions go all the ways there are. */
class ConcurrencyTest {

  private static final int READERS = 4;
  private static final int ROUNDS = 2;
  private static final int STEPS = 3;
  private static final int[] BATCHES = {1, 3, 32};

  private final ExecutorService pool = Executors.newFixedThreadPool(READERS + 1);

  @AfterEach
  void end() {
    pool.shutdown();
  }

  private static CapsNet net(long seed) {
    return CapsNet.Config.paper()
        .with("stem", List.of(new Conv(64, 9, 1), new Conv(64, 9, 1)))
        .with("primary", new Primary(4, 8, 9, 2))
        .with("decoder", List.of(16))
        .build(seed);
  }

  private static INDArray images(int batch, long seed) {
    INDArray random = GradientCheck.random(new Random(seed), batch, 1, 28, 28);
    return random.castTo(DataType.FLOAT).muli(0.3).addi(0.5);
  }

  private static DataSetIterator digits() {
    int batch = BATCHES[2];
    int[] labels = IntStream.range(0, batch).map(i -> i % 10).toArray();
    return new SingletonDataSetIterator(
        new DataSet(images(batch, 9), OneHot.of(labels, 10, DataType.FLOAT)));
  }

  private static CapsNet trained(long seed) {
    CapsNet net = net(seed);
    Trainer.of(ClassificationObjective.standard(net))
        .updater(new Adam(1e-2))
        .epochs(STEPS)
        .fit(digits());
    return net;
  }

  /** Lengths and reconstructions. */
  private static List<double[]> predict(CapsNet net, INDArray images) {
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter()) {
      Capsules classes = net.classify(Variable.constant(images)).classes();
      return List.of(
          Numbers.of(classes.activation().value()),
          Numbers.of(net.reconstruct(classes, Masking.longest(classes)).value()));
    }
  }

  private static List<List<double[]>> predictAll(CapsNet net, List<INDArray> inputs) {
    return inputs.stream().map(images -> predict(net, images)).toList();
  }

  /** Predictions of all readers at once, each of them beginning elsewhere. */
  private List<Future<Boolean>> startReaders(
      CapsNet net, List<INDArray> inputs, List<List<double[]>> expected, CountDownLatch together) {
    List<Future<Boolean>> readers = new ArrayList<>();
    for (int r = 0; r < READERS; r++) {
      int first = r;
      Callable<Boolean> reader =
          () -> {
            together.countDown();
            together.await();
            for (int i = first; i < first + ROUNDS * inputs.size(); i++) {
              int which = i % inputs.size();
              assertThat(predict(net, inputs.get(which)))
                  .as("batch of %d", BATCHES[which])
                  .usingRecursiveComparison()
                  .isEqualTo(expected.get(which));
            }
            return true;
          };
      readers.add(pool.submit(reader));
    }
    return readers;
  }

  private static List<INDArray> inputs() {
    return IntStream.of(BATCHES).mapToObj(batch -> images(batch, batch)).toList();
  }

  @Test
  void predictionsAreThoseOfOneThreadWhileAnotherModelTrains() throws Exception {
    CapsNet shared = net(1);
    shared.eval();
    List<INDArray> inputs = inputs();
    List<List<double[]>> expected = predictAll(shared, inputs);
    CapsNet trainedAlone = trained(2);

    CountDownLatch together = new CountDownLatch(READERS + 1);
    List<Future<Boolean>> readers = startReaders(shared, inputs, expected, together);
    Future<CapsNet> training =
        pool.submit(
            () -> {
              together.countDown();
              together.await();
              return trained(2);
            });
    for (Future<Boolean> reader : readers) {
      assertThat(reader.get()).isTrue();
    }
    assertThat(Numbers.of(training.get().state()))
        .usingRecursiveComparison()
        .isEqualTo(Numbers.of(trainedAlone.state()));
  }

  /** Whatever a model remembers of its weights, to predict faster, must not outlive them. */
  @Test
  void predictionsFollowTheWeights() throws Exception {
    CapsNet shared = net(1);
    shared.eval();
    List<INDArray> inputs = inputs();
    List<List<double[]>> before = predictAll(shared, inputs);
    for (CapsNet other : List.of(net(3), trained(1))) {
      other.eval();
      List<List<double[]>> expected = predictAll(other, inputs);
      assertThat(expected.get(0).get(0)).isNotEqualTo(before.get(0).get(0));
      shared.loadState(other.state());
      CountDownLatch together = new CountDownLatch(READERS);
      for (Future<Boolean> reader : startReaders(shared, inputs, expected, together)) {
        assertThat(reader.get()).isTrue();
      }
    }
    Trainer.of(ClassificationObjective.standard(shared))
        .updater(new Adam(1e-2))
        .epochs(1)
        .fit(digits());
    shared.eval();
    CapsNet fresh = net(4);
    fresh.loadState(shared.state());
    fresh.eval();
    assertThat(predictAll(shared, inputs))
        .usingRecursiveComparison()
        .isEqualTo(predictAll(fresh, inputs));
  }
}
