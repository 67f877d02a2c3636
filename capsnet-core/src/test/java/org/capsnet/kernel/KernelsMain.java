package org.capsnet.kernel;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.routing.AttentionRouting;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.routing.FanInRouting;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.nd4j.linalg.api.buffer.DataType;

/** A process of {@link KernelsTest}: computes a layer with the kernels that a property chooses. */
final class KernelsMain {

  static final String RESULT = "result ";
  static final String OPERATION = "operation ";

  private KernelsMain() {}

  public static void main(String[] args) {
    Variable poses = poses();
    System.out.println(OPERATION + new SabourSquash().squash(poses).operation());
    for (Routing routing :
        List.of(new DynamicRouting(3), new AttentionRouting(3), new FanInRouting(3))) {
      Variable routed = layer(poses, routing);
      System.out.println(OPERATION + routed.operation());
      System.out.println(RESULT + Arrays.toString(Numbers.of(routed.value())));
    }
  }

  static Variable poses() {
    return Variable.leaf(GradientCheck.random(new Random(1), 3, 7, 4).castTo(DataType.FLOAT));
  }

  static Variable layer(Variable poses, Routing routing) {
    CapsuleLayer layer =
        new CapsuleLayer(Shape.of(7, 4), 3, 5, new DenseVotes(), routing, Init.seed(2));
    layer
        .parameters()
        .get("weight")
        .value()
        .assign(GradientCheck.random(new Random(3), 7, 3, 5, 4));
    return layer.forward(Capsules.ofLength(poses)).pose();
  }
}
