package org.capsnet.model.classification;

import java.util.Collections;
import java.util.stream.IntStream;
import org.capsnet.autograd.OneHot;
import org.capsnet.train.Trainer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** The paper's network trains, is judged and asked, on the heap that the caller gives it. */
final class SmallHeapMain {

  private static final int BATCH = 32;

  private SmallHeapMain() {}

  public static void main(String[] arguments) {
    INDArray images = Nd4j.rand(DataType.FLOAT, BATCH, 1, 28, 28);
    int[] labels = IntStream.range(0, BATCH).map(i -> i % 10).toArray();
    DataSet batch = new DataSet(images, OneHot.of(labels, 10, DataType.FLOAT));
    CapsNet net = CapsNet.Config.paper().build(0);
    Trainer.of(ClassificationObjective.standard(net))
        .epochs(1)
        .fit(new SingletonDataSetIterator(batch));
    ImageClassifier classifier = new ImageClassifier(net, Collections.nCopies(10, "x"));
    classifier.evaluate(new SingletonDataSetIterator(batch));
    classifier.predictBatch(images);
    classifier.predict(images.slice(0));
    System.out.println("done");
  }
}
