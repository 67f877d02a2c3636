package org.capsnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.capsule.PrimaryCapsules;
import org.capsnet.io.Architectures;
import org.capsnet.io.Json;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.detection.CapsuleDetector;
import org.capsnet.model.detection.GridCapsuleDetector;
import org.capsnet.model.medical.MedicalCapsNet;
import org.capsnet.model.medical.SegCaps;
import org.capsnet.nn.Init;
import org.capsnet.nn.Linear;
import org.capsnet.nn.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Sizes that no computer has are refused as any others, and in whole numbers that do not wrap. */
class HugeSizesTest {

  private static final int MAX = Integer.MAX_VALUE;
  private static final List<Integer> HUGE = List.of(MAX, MAX / 2 + 1);

  static List<Architecture<?, ?>> networks() {
    ImageShape image = new ImageShape(1, 16, 20);
    return List.of(
        CapsNet.Config.paper(),
        CapsuleDetector.Config.of(image, 2),
        GridCapsuleDetector.Config.of(image, 2),
        MedicalCapsNet.Config.of(image, 2, 2),
        SegCaps.Config.of(image, 2));
  }

  private static List<IntConsumer> places(JsonNode node) {
    List<IntConsumer> all = new ArrayList<>();
    if (node instanceof ObjectNode object) {
      object.forEachEntry((name, value) -> addPlaces(value, to -> object.put(name, to), all));
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        int at = i;
        addPlaces(array.get(i), value -> array.set(at, array.numberNode(value)), all);
      }
    }
    return all;
  }

  private static void addPlaces(JsonNode node, IntConsumer set, List<IntConsumer> to) {
    if (node.isInt()) {
      to.add(set);
    } else {
      to.addAll(places(node));
    }
  }

  /** Each pair of sizes. */
  @ParameterizedTest
  @MethodSource("networks")
  void areNoArithmeticOfTheUsers(Architecture<?, ?> network) throws Exception {
    String written = Architectures.write(network).get(Architectures.KEY);
    int count = places(Json.read(written)).size();
    int refused = 0;
    for (int huge : HUGE) {
      for (int i = 0; i < count; i++) {
        for (int j = i; j < count; j++) {
          JsonNode form = Json.read(written);
          List<IntConsumer> places = places(form);
          places.get(i).accept(huge);
          places.get(j).accept(huge);
          try {
            Architectures.read(Map.of(Architectures.KEY, form.toString()), Architecture.class)
                .build(Init.shapesOnly(DataType.FLOAT));
          } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).as(form.toString()).doesNotContain("got -");
            refused++;
          }
        }
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void areRefusedWhereTheyAreAsked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Conv(4, MAX, 1).outputOf(28))
        .withMessageStartingWith("height: expected at least 2147483647 for a kernel");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Conv(4, 1, 1, MAX).outputOf(28))
        .withMessage("output of a convolution: expected at most 2147483647, got 4294967322");
    Init init = Init.seed(1);
    CapsNet.Config paper = CapsNet.Config.paper();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> paper.with("stem", List.of(new Conv(4, MAX, 1))).build(init))
        .withMessageStartingWith("stem convolution 1: a 2147483647×2147483647 kernel does not fit")
        .withMessageEndingWith("or here a kernel of at most 28");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageShape.of(Shape.of(1, 1L << 40, 1)))
        .withMessage("image height: expected at most 2147483647, got 1099511627776");
    Shape image = Shape.of(1, 9, 9);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PrimaryCapsules(image, 1L << 40, 1L << 40, 9, Conv2dSpec.UNIT, init))
        .withMessage("shape: too large to be counted: [1099511627776, 1099511627776]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Linear(Shape.of(1L << 31), 1L << 31, init))
        .withMessageStartingWith("the parameters take 8589934592.0 GiB or more");
  }
}
