package org.capsnet.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {

  private static void assertRefused(String text, String why) {
    assertThatThrownBy(() -> Json.read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void whatIsWrittenIsRead() {
    Map<String, Object> value = Map.of("a \"ü\"\n", List.of(1, -2.5e-300, true, "x"));
    assertThat(Json.read(Json.write(value)).toString()).isEqualTo(Json.write(value));
    assertThat(Json.read("x".repeat(0)).isMissingNode()).isTrue();
    assertThat(Json.read("\"" + "x".repeat(1_000_000) + "\"").asText()).hasSize(1_000_000);
  }

  /** Trees are put together here, since Jackson's own mapper takes long to load. */
  @Test
  void treesAreThoseOfJackson() throws IOException {
    for (String text :
        List.of(
            "{\"a\":{\"b\":[1,[],{}]},\"c\":null,\"d\":true,\"e\":false,\"\":\"\"}",
            "[0,-1,2147483647,2147483648,-9223372036854775808,9223372036854775808]",
            "[0.5,1e3,-2.5e-300,1e400,1.0,123456789.123456789123]",
            "\"\\u00e9\\n\\\"\"",
            "7",
            "null",
            "true")) {
      assertThat(Json.read(text)).as(text).isEqualTo(new ObjectMapper().readTree(text));
    }
  }

  @Test
  void depthIsBounded() {
    assertRefused("[".repeat(10_000) + "]".repeat(10_000), "nesting depth");
    assertRefused("{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000), "nesting depth");
    assertRefused("[".repeat(50_000_000), "nesting depth");
  }

  /** Turning a million digits into a number takes minutes. */
  @Test
  void digitsAreBounded() {
    assertRefused("9".repeat(1_000_000), "umber");
    assertRefused("[0." + "9".repeat(1_000_000) + "]", "umber");
    assertRefused("{\"a\":1e" + "9".repeat(1_000_000) + "}", "umber");
  }

  @Test
  void aKeyStandsOnce() {
    assertRefused("{\"a\":1,\"b\":2,\"a\":3}", "Duplicate field 'a'");
    assertRefused("{\"x\":{\"a\":1,\"a\":1}}", "Duplicate field 'a'");
    assertThat(Json.read("[{\"a\":1},{\"a\":1}]").size()).isEqualTo(2);
  }

  @Test
  void nothingFollowsTheValue() {
    assertRefused("{} {}", "Trailing token");
    assertRefused("[1]]", "Unexpected close marker");
    assertRefused("1 x", "'x'");
    assertThat(Json.read(" {} \n").isEmpty()).isTrue();
  }

  @Test
  void whatIsNotJsonIsRefused() {
    for (String text : List.of("{", "{a:1}", "'a'", "NaN", "[1,]", "/* */ 1", "01", "\u0000")) {
      assertThatThrownBy(() -> Json.read(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
