package org.capsnet.kernel;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.blas_get_num_threads;
import static org.bytedeco.openblas.global.openblas_nolapack.blas_set_num_threads;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

/**
 * Products by the OpenBLAS that ND4J's CPU backend brings, one thread each. It packs its operands
 * itself, so matrices are not cut into panels.
 */
final class BlasProducts implements Products {

  private int users;
  private int threads;

  @Override
  public int width(int columns) {
    return Gemm.padded(columns);
  }

  /** OpenBLAS knows one number of threads for all that call it. */
  @Override
  public synchronized void begin() {
    if (users++ == 0) {
      threads = blas_get_num_threads();
      blas_set_num_threads(1);
    }
  }

  @Override
  public synchronized void end() {
    if (--users == 0) {
      blas_set_num_threads(threads);
    }
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
    cblas_sgemm(
        CblasRowMajor,
        turned ? CblasTrans : CblasNoTrans,
        CblasNoTrans,
        ofC.rows(),
        ofC.columns(),
        ofB.rows(),
        1,
        a,
        ofA.width(),
        b,
        ofB.width(),
        add ? 1 : 0,
        c,
        ofC.width());
  }
}
