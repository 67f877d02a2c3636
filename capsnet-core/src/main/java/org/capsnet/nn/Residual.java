package org.capsnet.nn;

import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;

/**
 * A skip connection (He et al., 2016): {@code x + body(x)}, or {@code projection(x) + body(x)}
 * where the body changes the shape. Children: {@code body} and, if there is one, {@code
 * projection}.
 */
public final class Residual extends Layer {

  private final Layer body;
  private final Layer projection;

  /**
   * Makes a skip over a layer that keeps the shape.
   *
   * @param body the layer
   */
  public Residual(Layer body) {
    this(body, new Sequential());
  }

  /**
   * Makes a skip over a layer that changes the shape.
   *
   * @param body the layer
   * @param projection what brings the input to the body's output shape
   */
  public Residual(Layer body, Layer projection) {
    this.body = child("body", body);
    this.projection = child("projection", projection);
  }

  @Override
  public Variable forward(Variable x) {
    Variable around = projection.forward(x);
    Variable through = body.forward(x);
    Shapes.requireSame("output of the residual's body", through.value(), around.value());
    return around.plus(through);
  }
}
