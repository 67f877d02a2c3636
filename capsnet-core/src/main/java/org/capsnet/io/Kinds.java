package org.capsnet.io;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.regex.Pattern;

/**
 * The names that files have for classes. Where a record has a component of an interface, such as a
 * routing, the written form says which class stands there by a name, so that no file names a class
 * of Java, and a class can be renamed or moved without spoiling files. One's own classes are named
 * before the first file with them is written or read:
 *
 * <pre>{@code Kinds.register("median", MedianRouting.class);}</pre>
 *
 * <p>or by a {@link KindProvider}, which is found without a call.
 *
 * @see WrittenForm
 */
public final class Kinds {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,99}");

  private static final Map<String, Class<?>> CLASSES = new TreeMap<>();
  private static final Map<Class<?>, String> NAMES = new HashMap<>();

  /** The class loaders whose providers have been asked. */
  private static final Map<ClassLoader, Boolean> SEARCHED = new WeakHashMap<>();

  private Kinds() {}

  /**
   * Names a class. To do so again is no error.
   *
   * @param name what files call it: letters, digits, dots, slashes, hyphens and underscores, at
   *     most 100
   * @param type a record or an enum; the components of a record are numbers ({@code int}, {@code
   *     long}, {@code double}), {@code boolean}, texts, enums, records, interfaces whose classes
   *     are named in their turn, and lists of these
   * @throws IllegalArgumentException if the name is another class's or none that can be used, the
   *     class has another name already, or it has no written form
   */
  public static synchronized void register(String name, Class<?> type) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    search(Kinds.class.getClassLoader());
    put(name, type);
  }

  private static void put(String name, Class<?> type) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name of %s: expected letters, digits and . _ / - alone, got %s"
              .formatted(type.getName(), Json.write(name)));
    }
    Class<?> holder = CLASSES.get(name);
    if (holder != null && holder != type) {
      throw new IllegalArgumentException(
          "%s: %s cannot have this name, it is that of %s"
              .formatted(name, type.getName(), holder.getName()));
    }
    String other = NAMES.get(type);
    if (other != null && !other.equals(name)) {
      throw new IllegalArgumentException(
          "%s: %s has a name already, %s".formatted(name, type.getName(), other));
    }
    KindForm.require(name, type);
    CLASSES.put(name, type);
    NAMES.put(type, name);
  }

  /** The class of a name. */
  static synchronized Optional<Class<?>> find(String name) {
    searchAll();
    return Optional.ofNullable(CLASSES.get(name));
  }

  /**
   * Looks up the name of a class.
   *
   * @param type a record or an enum
   * @return its name, if it has one
   */
  public static synchronized Optional<String> nameOf(Class<?> type) {
    searchAll();
    return Optional.ofNullable(NAMES.get(type));
  }

  /**
   * All classes of a type that have a name: the library's, those of each {@link KindProvider} on
   * the class path, and those registered by a call so far.
   *
   * @param type such as {@code Routing.class}
   * @param <T> the type
   * @return the classes by their names, in the order of these
   */
  public static synchronized <T> Map<String, Class<? extends T>> of(Class<T> type) {
    searchAll();
    Map<String, Class<? extends T>> found = new TreeMap<>();
    CLASSES.forEach(
        (name, own) -> {
          if (type.isAssignableFrom(own)) {
            found.put(name, own.asSubclass(type));
          }
        });
    return Collections.unmodifiableMap(found);
  }

  // ---------------------------------------------------------------- providers

  private static void searchAll() {
    search(Kinds.class.getClassLoader());
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    if (context != null && sees(context)) {
      search(context);
    }
  }

  /** Whether a loader has this library, and not another copy of it. */
  private static boolean sees(ClassLoader loader) {
    try {
      return Class.forName(KindProvider.class.getName(), false, loader) == KindProvider.class;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static void search(ClassLoader loader) {
    if (SEARCHED.putIfAbsent(loader, true) != null) {
      return;
    }
    boolean done = false;
    try {
      for (KindProvider provider : ServiceLoader.load(KindProvider.class, loader)) {
        provider.kinds().forEach((name, type) -> put(provider, name, type));
      }
      done = true;
    } finally {
      if (!done) {
        SEARCHED.remove(loader); // so that the next one is told, too
      }
    }
  }

  private static void put(KindProvider provider, String name, Class<?> type) {
    try {
      put(name, type);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "kinds of %s: %s".formatted(provider.getClass().getName(), e.getMessage()), e);
    }
  }
}
