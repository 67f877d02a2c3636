package org.capsnet.kernel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that decides between the JDK's Vector API and plain Java. The API is a module that
 * only {@code --add-modules jdk.incubator.vector} brings into a JVM; the classes that use it have
 * names with {@code Vector} and are loaded by name. Without it, the plain ones do the same, but
 * slower.
 */
final class Simd {

  private static final Logger LOG = LoggerFactory.getLogger(Simd.class);

  private static final String MODULE = "jdk.incubator.vector";

  /** The products of this JVM. */
  static final Gemm GEMM = choose("org.capsnet.kernel.VectorGemm", new PlainGemm(), Gemm.class);

  /** The products of large matrices of this JVM. */
  static final Products PRODUCTS = new TiledProducts(GEMM);

  /** The loops of the maps to the frequency domain of this JVM. */
  static final SpectralLoops SPECTRAL =
      choose(
          "org.capsnet.kernel.VectorSpectralLoops", new PlainSpectralLoops(), SpectralLoops.class);

  /** The loops over votes of this JVM. */
  static final RoutingLoops ROUTING =
      choose("org.capsnet.kernel.VectorRoutingLoops", new PlainRoutingLoops(), RoutingLoops.class);

  /** The products of rows with panels of this JVM. */
  static final RowProducts ROWS =
      choose("org.capsnet.kernel.VectorRowProducts", new PlainRowProducts(), RowProducts.class);

  private Simd() {}

  /** Whether this JVM has the Vector API. */
  static boolean available() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  static {
    if (!available()) {
      LOG.info(
          "capsnet trains in two thirds of the time with the JDK's vector instructions: start java"
              + " with --add-modules {}",
          MODULE);
    }
  }

  private static <T> T choose(String name, T otherwise, Class<T> type) {
    if (!available()) {
      return otherwise;
    }
    try {
      return type.cast(Class.forName(name).getDeclaredConstructor().newInstance());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          name + " is part of this library and cannot be loaded; the jar is not whole", e);
    }
  }
}
