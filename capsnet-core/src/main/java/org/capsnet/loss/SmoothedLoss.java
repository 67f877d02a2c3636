package org.capsnet.loss;

import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A loss of labels of which all classes have a share. */
record SmoothedLoss(ClassLoss loss, double share) implements ClassLoss {

  SmoothedLoss {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException("share: expected 0 to below 1, got " + share);
    }
  }

  @Override
  public Variable ofSamples(Variable scores, INDArray labels) {
    INDArray given = ClassLabels.of("scores", scores, labels);
    return loss.ofSamples(scores, given.mul(1 - share).addi(share / given.size(1)));
  }

  @Override
  public ClassLoss at(int iteration, int epoch) {
    return new SmoothedLoss(loss.at(iteration, epoch), share);
  }

  @Override
  public String term() {
    return loss.term();
  }

  @Override
  public Cost cost(long classes) {
    return loss.cost(classes).backward(2, classes);
  }
}
