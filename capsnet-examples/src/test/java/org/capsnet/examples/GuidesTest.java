package org.capsnet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The code of the guides is that of the tests that they name, which the core runs. */
class GuidesTest {

  /** Tests run in the folder of their module. */
  private static final Path DOCS = Path.of("..", "docs");

  private static final Path STORIES =
      Path.of("..", "capsnet-core", "src", "test", "java", "stories");

  private static final Pattern CODE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

  /** Code without its indentation, which is deeper in a test. */
  private static String flush(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n", "\n", "\n"));
  }

  /**
   * A snippet as a whole; of imports each, as those that only the test needs stand between them.
   */
  private static List<String> parts(String snippet) {
    return snippet.startsWith("\nimport ") ? snippet.strip().lines().toList() : List.of(snippet);
  }

  @ParameterizedTest
  @CsvSource({
    "own-images, OwnImagesTest",
    "own-routing, OwnRoutingTest",
    "own-network, OwnNetworkTest",
    "sequences, SequencesTest",
    "fine-tuning, FineTuningTest",
    "looking-inside, LookingInsideTest",
    "onnx, OnnxTest",
    "weights, WeightsTest",
    "tensorboard, TensorBoardTest"
  })
  void everySnippetIsCodeOfItsTest(String guide, String test) throws IOException {
    String page = Files.readString(DOCS.resolve(guide + ".md"));
    String tested = flush(Files.readString(STORIES.resolve(test + ".java")));
    List<String> snippets =
        CODE.matcher(page).results().map(found -> flush(found.group(1))).toList();
    assertThat(snippets).hasSizeGreaterThan(1);
    assertThat(snippets).allSatisfy(snippet -> assertThat(tested).contains(parts(snippet)));
    assertThat(snippets).last().asString().startsWith("\nimport ");
    assertThat(page).contains("(../capsnet-core/src/test/java/stories/" + test + ".java)");
    assertThat(Files.readString(Path.of("..", "README.md"))).contains("(docs/" + guide + ".md)");
  }
}
