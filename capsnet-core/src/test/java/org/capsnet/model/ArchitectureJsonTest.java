package org.capsnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Routing;
import org.capsnet.model.CapsNetArchitecture.Convolution;
import org.capsnet.routing.DynamicRouting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

class ArchitectureJsonTest {

  private static final String PAPER =
      "{\"channels\":1,\"height\":28,\"width\":28,\"classes\":10,"
          + "\"stem\":[{\"channels\":256,\"kernel\":9,\"stride\":1}],"
          + "\"primary\":{\"channels\":256,\"kernel\":9,\"stride\":2},"
          + "\"primaryDim\":8,\"classDim\":16,"
          + "\"routing\":\"dynamic(iterations=3, leaky=false, lastOnly=false, biased=true)\","
          + "\"decoder\":[512,1024],\"type\":\"FLOAT\"}";

  /** Files are out there: what this version writes, every later one must read. */
  @Test
  void theWrittenFormStays() {
    assertThat(ArchitectureJson.write(CapsNetArchitecture.mnist())).isEqualTo(PAPER);
    assertThat(ArchitectureJson.read(PAPER)).isEqualTo(CapsNetArchitecture.mnist());
  }

  @Test
  void whatIsWrittenIsRead() {
    CapsNet.Builder paper = CapsNet.builder();
    for (CapsNetArchitecture architecture :
        List.of(
            paper.withoutDecoder().architecture(),
            paper.decoder().architecture(),
            paper.stem().type(DataType.DOUBLE).architecture(),
            paper.stem(new Convolution(3, 5, 2), new Convolution(4, 3, 1)).architecture(),
            paper.image(3, 40, 50).classes(7).primary(2, 5, 4, 3).classDim(9).architecture(),
            paper
                .routing(new DynamicRouting(2).withLeak().withLastIterationOnly())
                .architecture())) {
      assertThat(ArchitectureJson.read(ArchitectureJson.write(architecture)))
          .isEqualTo(architecture);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"channels\":1, | | no number channels",
        "\"height\":28, | \"height\":\"28\", | no number height",
        "\"width\":28, | \"width\":28.5, | no number width",
        "\"classes\":10, | \"classes\":99999999999, | no number classes",
        "\"classes\":10, | \"classes\":1, | classes: expected at least 2, got 1",
        "\"kernel\":9,\"stride\":1 | \"stride\":1 | no number kernel",
        "\"primary\":{ | \"other\":{ | no number channels",
        "\"primaryDim\":8, | \"primaryDim\":0, | dimension: expected at least 1, got 0",
        "\"primaryDim\":8, | \"primaryDim\":7, | expected a multiple of the dimension 7, got 256",
        "\"classDim\":16, | | no number classDim",
        "dynamic( | static( | not a routing: static(iterations=3",
        "iterations=3 | iterations=0 | iterations: expected at least 1, got 0",
        "[512,1024] | [512,-1] | decoder size: expected at least 1, got -1",
        "[512,1024] | [512,\"many\"] | decoder: expected a list of numbers",
        "[512,1024] | 512 | decoder: expected a list of numbers",
        "[512,1024] | [512.5] | decoder: expected a list of numbers",
        "\"FLOAT\" | \"FLUTE\" | type: expected FLOAT or DOUBLE, got FLUTE",
        "\"FLOAT\" | \"HALF\" | type: expected FLOAT or DOUBLE, got HALF",
        "\"height\":28, | \"height\":8, | stem convolution 1: a 9×9 kernel does not fit",
        "} | | not an architecture",
      })
  void whatIsNotAnArchitectureIsRefused(String part, String inItsPlace, String why) {
    String json = PAPER.replace(part, inItsPlace == null ? "" : inItsPlace);
    assertThat(json).isNotEqualTo(PAPER);
    assertThatThrownBy(() -> ArchitectureJson.read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void anyOtherTextIsRefused() {
    for (String text : List.of("", " ", "null", "1", "[]", "\"x\"", "{}", "dynamic")) {
      assertThatThrownBy(() -> ArchitectureJson.read(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("not an architecture: ");
    }
  }

  @Test
  void aRoutingOfTheUsersHasNoWrittenForm() {
    Routing own = (votes, activation, parameters) -> Capsules.ofLength(votes.sum(1));
    CapsNetArchitecture architecture = CapsNet.builder().routing(own).architecture();
    assertThatThrownBy(() -> ArchitectureJson.write(architecture))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("has no written form");
  }
}
