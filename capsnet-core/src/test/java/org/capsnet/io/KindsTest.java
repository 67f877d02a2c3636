package org.capsnet.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.capsnet.capsule.Routing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KindsTest {

  private interface Animal {}

  private record Cat(int lives) implements Animal {}

  private record Dog() implements Animal {}

  @TempDir private Path folder;

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();

  @AfterEach
  void restore() {
    Thread.currentThread().setContextClassLoader(before);
  }

  // ---------------------------------------------------------------- by a call

  private static void assertRefused(String name, Class<?> type, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Kinds.register(name, type))
        .withMessageContaining(why);
  }

  @Test
  void aNameBelongsToOneClassAndAClassHasOneName() {
    Kinds.register("test/cat", Cat.class);
    Kinds.register("test/cat", Cat.class);
    assertRefused("test/cat", Dog.class, "it is that of " + Cat.class.getName());
    assertRefused("test/tom", Cat.class, "has a name already, test/cat");
    assertThat(Kinds.nameOf(Cat.class)).contains("test/cat");
    assertThat(Kinds.nameOf(Dog.class)).isEmpty();
    assertThat(Kinds.of(Animal.class)).containsEntry("test/cat", Cat.class);
  }

  @Test
  void aNameOfTheLibraryIsNotToBeHad() {
    assertRefused("dynamic", Dog.class, "it is that of org.capsnet.routing.DynamicRouting");
    assertThat(Kinds.of(Routing.class)).containsKey("dynamic").doesNotContainKey("capsnet");
  }

  @Test
  void aNameIsPlain() {
    for (String name : List.of("", " ", "a b", "/a", "a\n", "ä", "\"", "x".repeat(101))) {
      assertRefused(name, Dog.class, "expected letters, digits and . _ / - alone, got \"");
    }
  }

  // ---------------------------------------------------------------- what can be named

  private record Mapped(Map<String, Integer> all) implements Animal {}

  @SuppressWarnings("ArrayRecordComponent") // as somebody might
  private record Arrays(int[] all) implements Animal {}

  private record Floating(float number) implements Animal {}

  private record Anything(Object thing) implements Animal {}

  private record Generic<T>(T thing) implements Animal {}

  private record Wild(List<? extends Animal> all) implements Animal {}

  private record Inner(List<List<Mapped>> all) implements Animal {}

  private record Kinded(String kind) implements Animal {}

  private record NeverNull(@Nullable int number) implements Animal {}

  private record Tree(List<Tree> branches, Animal bird, DogHouse house) implements Animal {}

  private record DogHouse(@Nullable Tree near) {}

  @Test
  void onlyRecordsAndEnumsOfKnownTypesHaveNames() {
    assertRefused(
        "test/x", Animal.class, "expected a record or an enum, got " + Animal.class.getName());
    assertRefused("test/x", String.class, "expected a record or an enum, got java.lang.String");
    assertRefused("test/x", Mapped.class, "all of " + Mapped.class.getName() + ": java.util.Map<");
    assertRefused("test/x", Arrays.class, "int[] has no written form");
    assertRefused("test/x", Floating.class, "float has no written form");
    assertRefused("test/x", Anything.class, "java.lang.Object has no written form");
    assertRefused("test/x", Generic.class, "T has no written form");
    assertRefused("test/x", Wild.class, "has no written form");
    assertRefused("test/x", Inner.class, "all of " + Mapped.class.getName() + ": java.util.Map<");
    assertRefused("test/x", Kinded.class, "has a component kind");
    assertRefused("test/x", NeverNull.class, "number of " + NeverNull.class.getName());
  }

  @Test
  void aRecordMayHoldItsOwnClass() {
    Kinds.register("test/tree", Tree.class);
    Kinds.register("test/cat", Cat.class);
    Tree leaf = new Tree(List.of(), new Cat(9), new DogHouse(null));
    Tree tree = new Tree(List.of(leaf), leaf, new DogHouse(leaf));
    assertThat(WrittenForm.read("a tree", WrittenForm.write(tree), Animal.class)).isEqualTo(tree);
  }

  // ---------------------------------------------------------------- by a provider

  /** Stands for somebody's library. */
  public static final class Provider implements KindProvider {

    /** What it names. */
    public record Bird(int wings) implements Animal {}

    @Override
    public Map<String, Class<?>> kinds() {
      return Map.of("test/bird", Bird.class);
    }
  }

  /** Gives a class a name of another. */
  public static final class Thief implements KindProvider {

    @Override
    public Map<String, Class<?>> kinds() {
      return Map.of("dynamic", Dog.class);
    }
  }

  /** A loader that has one more list of providers than its parent. */
  private URLClassLoader providing(Class<?> provider, ClassLoader parent) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF").resolve("services"));
    Files.writeString(services.resolve(KindProvider.class.getName()), provider.getName());
    return new URLClassLoader(new URL[] {folder.toUri().toURL()}, parent);
  }

  @Test
  void aProviderOfTheThreadsClassLoaderIsFound() throws IOException {
    String written = "{\"kind\":\"test/bird\",\"wings\":2}";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WrittenForm.read("an animal", written, Animal.class));
    try (URLClassLoader loader = providing(Provider.class, before)) {
      Thread.currentThread().setContextClassLoader(loader);
      Provider.Bird bird = new Provider.Bird(2);
      assertThat(WrittenForm.read("an animal", written, Animal.class)).isEqualTo(bird);
      assertThat(WrittenForm.write(bird)).isEqualTo(written);
    }
  }

  @Test
  void aProviderThatTakesAnothersNameIsAnErrorEachTime() throws IOException {
    try (URLClassLoader loader = providing(Thief.class, before)) {
      Thread.currentThread().setContextClassLoader(loader);
      for (int i = 0; i < 2; i++) {
        assertThatIllegalStateException()
            .isThrownBy(() -> Kinds.nameOf(Cat.class))
            .withMessageStartingWith("kinds of " + Thief.class.getName() + ": dynamic: ");
      }
    }
  }

  /** As in a container, where the context may belong to something else altogether. */
  @Test
  void aContextWithoutTheLibraryIsNotAsked() throws IOException {
    try (URLClassLoader loader =
        providing(Thief.class, ClassLoader.getSystemClassLoader().getParent())) {
      Thread.currentThread().setContextClassLoader(loader);
      assertThat(Kinds.of(Routing.class)).containsKey("dynamic");
    }
    Thread.currentThread().setContextClassLoader(null);
    assertThat(Kinds.of(Routing.class)).containsKey("dynamic");
  }
}
