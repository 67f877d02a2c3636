package org.capsnet.loss;

import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A loss in which each sample weighs as much as its classes. */
record WeightedLoss(ClassLoss loss, ClassWeights weights) implements ClassLoss {

  @Override
  public Variable ofSamples(Variable scores, INDArray labels) {
    Variable each = loss.ofSamples(scores, labels);
    INDArray own = weights.times(labels.castTo(scores.dataType())).sum(1);
    return each.times(Variable.constant(own));
  }

  @Override
  public ClassLoss at(int iteration, int epoch) {
    return new WeightedLoss(loss.at(iteration, epoch), weights);
  }

  @Override
  public String term() {
    return loss.term();
  }

  @Override
  public Cost cost(long classes) {
    return loss.cost(classes).backward(2, classes).backward(3);
  }
}
