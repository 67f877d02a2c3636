package org.capsnet.examples;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/** Runs an example by its name: {@code MnistExample --full}, or with the package before it. */
public final class Launcher {

  private static final int WRONG_ARGUMENTS = 2;

  private Launcher() {}

  /**
   * Runs a main.
   *
   * @param args the name of its class, then its own arguments
   */
  public static void main(String[] args) throws IllegalAccessException, NoSuchMethodException {
    Class<?> main = find(args.length == 0 ? "" : args[0]);
    if (main == null) {
      System.err.println(
          "-Dexample.main: expected MnistExample, MultiMnistExample, DetectionExample,"
              + " MedicalExample, CompactExample, ExplorerExample, RoutingComparison,"
              + " ViewpointComparison or the full"
              + " name of a class, got "
              + (args.length == 0 ? "nothing" : args[0]));
      System.exit(WRONG_ARGUMENTS);
    }
    Object arguments = Arrays.copyOfRange(args, 1, args.length);
    try {
      main.getMethod("main", String[].class).invoke(null, arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** The class of a name with or without its package, or null if there is none. */
  static Class<?> find(String name) {
    String whole = name.contains(".") ? name : Launcher.class.getPackageName() + "." + name;
    try {
      return Class.forName(whole);
    } catch (ClassNotFoundException e) {
      return null;
    }
  }
}
