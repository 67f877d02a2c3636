package org.capsnet.kernel;

/** Products by tiles: a panel of B at a time, which stays in the first-level cache. */
final class TiledProducts implements Products {

  /** Rows of a panel of B that are taken at once. */
  private static final int DEPTH = 128;

  private final Gemm gemm;

  TiledProducts(Gemm gemm) {
    this.gemm = gemm;
  }

  @Override
  public int width(int columns) {
    return gemm.width(columns);
  }

  @Override
  public void multiply(
      boolean turned,
      float[] a,
      Panels ofA,
      float[] b,
      Panels ofB,
      float[] c,
      Panels ofC,
      boolean add) {
    int depth = turned ? DEPTH : ofA.width();
    for (int from = 0; from < ofB.rows(); from += depth) {
      int some = Math.min(depth, ofB.rows() - from);
      for (int panel = 0; panel < ofC.count(); panel++) {
        int bAt = ofB.at(panel, from);
        if (turned) {
          for (int p = 0; p < ofA.count(); p++) {
            gemm.multiply(
                ofA.columns(p),
                ofC.columns(panel),
                some,
                a,
                ofA.at(p, from),
                1,
                ofA.width(),
                b,
                bAt,
                ofB.width(),
                c,
                ofC.at(panel, p * ofA.width()),
                ofC.width(),
                add || from > 0);
          }
        } else {
          gemm.multiply(
              ofA.rows(),
              ofC.columns(panel),
              some,
              a,
              ofA.at(from / depth, 0),
              ofA.width(),
              1,
              b,
              bAt,
              ofB.width(),
              c,
              ofC.at(panel, 0),
              ofC.width(),
              add || from > 0);
        }
      }
    }
  }
}
