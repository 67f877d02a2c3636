package org.capsnet.bench.measure;

import org.capsnet.autograd.Variable;
import org.capsnet.nn.Module;
import org.capsnet.nn.Parameter;
import org.capsnet.train.Loss;
import org.capsnet.train.Step;
import org.capsnet.train.Trainable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An objective that costs nothing and gives every parameter a gradient made beforehand: what is
 * left of a training step is the hand-over of the gradients and the update. The library's optimiser
 * has no door of its own.
 */
public final class GivenGradients implements Trainable {

  private final Module module;
  private final Variable[] parameters;
  private final INDArray[] gradients;

  /**
   * Makes the gradients.
   *
   * @param module the module to be updated
   */
  public GivenGradients(Module module) {
    this.module = module;
    this.parameters =
        module.parameters().values().stream().map(Parameter::variable).toArray(Variable[]::new);
    this.gradients = new INDArray[parameters.length];
    for (int i = 0; i < parameters.length; i++) {
      gradients[i] = Operands.normal(1e-3, parameters[i].shape());
    }
  }

  @Override
  public Module module() {
    return module;
  }

  @Override
  public Loss loss(DataSet batch, Step step) {
    Variable loss =
        Variable.of("given", Nd4j.scalar(0f), (upstream, needed) -> gradients, parameters);
    return Loss.of("given", loss);
  }
}
