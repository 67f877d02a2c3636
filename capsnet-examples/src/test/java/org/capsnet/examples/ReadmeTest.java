package org.capsnet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.capsnet.capsule.Routing;
import org.capsnet.io.Kinds;
import org.capsnet.model.Architecture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a newcomer copies out of the README works. */
class ReadmeTest {

  /** Tests run in the folder of their module. */
  private static final Path README = Path.of("..", "README.md");

  private static final Pattern LIBRARY = Pattern.compile("org\\.capsnet\\.(routing|model)\\..*");

  @TempDir private Path folder;

  private static String find(String regex, String text) {
    Matcher matcher = Pattern.compile(regex, Pattern.DOTALL).matcher(text);
    assertThat(matcher.find()).as("%s in %s", regex, README).isTrue();
    return matcher.group(1);
  }

  @Test
  void everySnippetCompilesWithoutAWarning() throws IOException {
    List<String> snippets =
        Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(README))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(snippets).isNotEmpty();
    for (String code : snippets) {
      compile(code);
    }
  }

  /** The tests of the core try it out. */
  @Test
  void theRoutingIsOneThatIsTested() throws IOException {
    Path tested = Path.of("..", "capsnet-core", "src", "test", "java", "stories");
    String source = Files.readString(tested.resolve("MeanAgreement.java"));
    assertThat(Files.readString(README))
        .contains("```java\n" + source.replaceFirst("package stories;\n\n", "") + "```");
  }

  /** By the class that is looked up, which of an architecture is the network. */
  @Test
  void everyRoutingAndNetworkHasARow() throws IOException {
    String readme = Files.readString(README);
    List<Class<?>> all = new ArrayList<>(Kinds.of(Routing.class).values());
    all.addAll(Kinds.of(Architecture.class).values());
    List<String> names =
        all.stream()
            .filter(type -> LIBRARY.matcher(type.getName()).matches())
            .map(type -> type.isMemberClass() ? type.getEnclosingClass() : type)
            .map(Class::getSimpleName)
            .toList();
    assertThat(names).hasSizeGreaterThanOrEqualTo(25).contains("EmRouting", "ResNet");
    for (String name : names) {
      assertThat(readme).as(name).containsPattern("(?m)^\\| [^|]*`" + name + "`");
    }
  }

  private void compile(String code) throws IOException {
    String name = find("public (?:final )?(?:class|record) (\\w+)", code);
    Path source = Files.writeString(folder.resolve(name + ".java"), code);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(found, null, null)) {
      List<String> options =
          List.of(
              "-classpath",
              System.getProperty("java.class.path"),
              "-d",
              folder.toString(),
              "-proc:none",
              "-Xlint:all,-classfile,-path");
      boolean compiled =
          compiler
              .getTask(null, files, found, options, null, files.getJavaFileObjects(source))
              .call();
      assertThat(messages(found)).isEmpty();
      assertThat(compiled).isTrue();
    }
    assertThat(folder.resolve(name + ".class")).exists();
  }

  private static List<String> messages(DiagnosticCollector<JavaFileObject> found) {
    return found.getDiagnostics().stream().map(ReadmeTest::message).toList();
  }

  private static String message(Diagnostic<?> diagnostic) {
    return diagnostic.getLineNumber() + ": " + diagnostic.getMessage(Locale.ROOT);
  }

  /** Options of the table of examples, each of the main of its row. */
  @Test
  void everyOptionThatItNamesExists() throws IOException {
    Map<String, Object> examples =
        Map.of(
            "MnistExample", new MnistExample(),
            "CompactExample", new CompactExample(),
            "ExplorerExample", new ExplorerExample(),
            "MultiMnistExample", new MultiMnistExample(),
            "DetectionExample", new DetectionExample(),
            "MedicalExample", new MedicalExample(),
            "RoutingComparison", new RoutingComparison(),
            "ViewpointComparison", new ViewpointComparison());
    Set<String> found = new HashSet<>();
    Matcher row =
        Pattern.compile("^\\| `(\\w+(?:Example|Comparison))` \\|(.*)$", Pattern.MULTILINE)
            .matcher(Files.readString(README));
    while (row.find()) {
      assertThat(examples).containsKey(row.group(1));
      CommandLine.Model.CommandSpec spec =
          new CommandLine(examples.get(row.group(1))).getCommandSpec();
      Matcher option = Pattern.compile("--[a-z-]+").matcher(row.group(2));
      while (option.find()) {
        assertThat(spec.optionsMap()).as(row.group(1)).containsKey(option.group());
        found.add(row.group(1));
      }
    }
    assertThat(found).isEqualTo(examples.keySet());
  }
}
