package org.capsnet.bench.process;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Asks the native libraries of this process what they say of themselves. */
public final class NativeText {

  private static final Path MAPS = Path.of("/proc/self/maps");

  /** A C++ string of GCC begins with the address of its characters. */
  private static final int STRING_BYTES = 32;

  private NativeText() {}

  /**
   * Calls a C function without arguments that returns text.
   *
   * @param library what the file of a library begins with, such as {@code libopenblas}
   * @param function its name
   * @return the text; empty where the library is not loaded or has no such function
   */
  public static Optional<String> ofC(String library, String function) {
    return function(library, function).map(f -> f.invokeString(new Object[0], false));
  }

  /**
   * Calls a C++ function without arguments that returns a {@code std::string}.
   *
   * @param library what the file of a library begins with
   * @param function its mangled name
   * @return the text; empty where the library is not loaded or has no such function
   */
  public static Optional<String> ofCpp(String library, String function) {
    return function(library, function)
        .map(
            f -> {
              Memory string = new Memory(STRING_BYTES);
              string.clear();
              f.invoke(Pointer.class, new Object[] {string});
              return string.getPointer(0).getString(0);
            });
  }

  private static Optional<Function> function(String library, String name) {
    return loaded(library)
        .flatMap(
            file -> {
              try {
                return Optional.of(NativeLibrary.getInstance(file.toString()).getFunction(name));
              } catch (UnsatisfiedLinkError e) { // another version may lack it
                return Optional.empty();
              }
            });
  }

  /** The file of a library that is loaded. */
  static Optional<Path> loaded(String library) {
    if (!Files.exists(MAPS)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(MAPS)) {
      return lines
          .filter(line -> line.indexOf('/') >= 0)
          .map(line -> Path.of(line.substring(line.indexOf('/'))))
          .filter(file -> file.getFileName().toString().startsWith(library))
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
