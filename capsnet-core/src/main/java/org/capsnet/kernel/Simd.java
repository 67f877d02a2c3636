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

  /**
   * The system property that chooses the products: {@code vector}, {@code blas} or {@code plain}.
   */
  static final String PROPERTY = "capsnet.gemm";

  /** The products of this JVM. */
  static final Gemm GEMM =
      available() && !"plain".equals(System.getProperty(PROPERTY))
          ? new WarmGemm(make("org.capsnet.kernel.VectorGemm", Gemm.class))
          : new PlainGemm();

  /** Null until they are first asked for, so that a bad property is an error of whoever asks. */
  private static volatile Products products;

  /** Made where OpenBLAS is first wanted; one, since it sets the threads of OpenBLAS. */
  private static final class Blas {
    static final Products PRODUCTS = new BlasProducts();

    private Blas() {}
  }

  /** The loops of the maps to the frequency domain of this JVM. */
  static final SpectralLoops SPECTRAL =
      choose(
          "org.capsnet.kernel.VectorSpectralLoops", new PlainSpectralLoops(), SpectralLoops.class);

  /** The loops over votes of this JVM. */
  static final RoutingLoops ROUTING =
      choose("org.capsnet.kernel.VectorRoutingLoops", new PlainRoutingLoops(), RoutingLoops.class);

  /** The products of rows with panels of this JVM. */
  static final RowProducts ROWS = available() ? rowsByVectors() : new PlainRowProducts();

  /** The loops over channels of this JVM. */
  static final ChannelLoops CHANNELS =
      choose("org.capsnet.kernel.VectorChannelLoops", new PlainChannelLoops(), ChannelLoops.class);

  /** The loops of EM routing of this JVM. */
  static final EmLoops EM =
      choose("org.capsnet.kernel.VectorEmLoops", new PlainEmLoops(), EmLoops.class);

  /** Those of them that other routings need too. */
  static final VoteLoops VOTES = EM;

  /** The loops over pairs of capsules of this JVM. */
  static final PairLoops PAIRS =
      choose("org.capsnet.kernel.VectorPairLoops", new PlainPairLoops(), PairLoops.class);

  /** The maps at the points of minimal filters of this JVM. */
  static final SixPoints POINTS =
      choose("org.capsnet.kernel.VectorSixPoints", new PlainSixPoints(), SixPoints.class);

  /** The sums over rows of this JVM. */
  static final RowSums SUMS =
      choose("org.capsnet.kernel.VectorRowSums", new PlainRowSums(), RowSums.class);

  private Simd() {}

  /** Whether this JVM has the Vector API. */
  static boolean available() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  static {
    if (!available()) {
      LOG.info(
          "capsnet trains in 40 to 65 % of the time with the JDK's vector instructions where they"
              + " have 512 bits, and in 80 to 95 % where they have 256: start java with"
              + " --add-modules {}",
          MODULE);
    }
  }

  /** Vectors of 128 bits make panels that others, who count on whole lanes, could not read. */
  private static RowProducts rowsByVectors() {
    RowProducts vectors = make("org.capsnet.kernel.VectorRowProducts", RowProducts.class);
    return vectors.width() % Gemm.LANES == 0
        ? new WarmRowProducts(vectors)
        : new PlainRowProducts();
  }

  /**
   * The products of large matrices of this JVM.
   *
   * @throws IllegalStateException if the property has another value, or one that does not go here
   */
  static Products products() {
    Products known = products;
    return known == null ? makeProducts() : known;
  }

  /**
   * The products of what is computed once and kept: those of OpenBLAS, which are as fast the first
   * time, while tiles of vectors are slow until they are compiled.
   */
  static Products productsAtOnce() {
    return System.getProperty(PROPERTY) == null && Kernels.hasBlas() ? Blas.PRODUCTS : products();
  }

  private static synchronized Products makeProducts() {
    if (products == null) {
      products = products(System.getProperty(PROPERTY));
    }
    return products;
  }

  /**
   * Tiles of vectors where there are any. On panels they are faster than OpenBLAS with vectors of
   * 512 bits (165 GFLOP/s of two threads of a Zen 4 against 125) and as fast with 256 (120 against
   * 125); plain loops are slower (105).
   */
  static Products products(String choice) {
    if (choice == null) {
      return available() || !Kernels.hasBlas() ? new TiledProducts(GEMM) : Blas.PRODUCTS;
    }
    if (choice.equals("vector")) {
      require(available(), choice, "a JVM with --add-modules " + MODULE);
      return new TiledProducts(GEMM);
    }
    if (choice.equals("blas")) {
      require(Kernels.hasBlas(), choice, "ND4J's CPU backend");
      return Blas.PRODUCTS;
    }
    if (choice.equals("plain")) {
      return new TiledProducts(new PlainGemm());
    }
    throw new IllegalStateException(PROPERTY + ": expected vector, blas or plain, got " + choice);
  }

  private static void require(boolean met, String choice, String what) {
    if (!met) {
      throw new IllegalStateException(PROPERTY + ": " + choice + " needs " + what);
    }
  }

  private static <T> T choose(String name, T otherwise, Class<T> type) {
    return available() ? make(name, type) : otherwise;
  }

  static <T> T make(String name, Class<T> type) {
    try {
      return type.cast(Class.forName(name).getDeclaredConstructor().newInstance());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          name + " is part of this library and cannot be loaded; the jar is not whole", e);
    }
  }
}
