package org.capsnet.kernel;

import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Products of many small matrices, each with another: the votes of input capsules that have a
 * matrix each, the logits of a routing, attention. A library that begins anew for each of them
 * takes longer to begin than to multiply; here a group of them is read at once, whichever way they
 * lie.
 *
 * <p>The last two axes are those of the matrices, the axes before them count these.
 */
public final class BatchedProducts {

  /** The most multiplications of two matrices; of more, a library begins soon enough. */
  private static final long MOST = 1 << 20;

  /** About how many numbers of the largest operand are read at once. */
  private static final int GROUP = 1 << 14;

  private static final Pool<Size, Scratch> IDLE = new Pool<>();

  private final BatchedMatrices a;
  private final BatchedMatrices b;
  private final BatchedMatrices result;
  private final Size size;

  private BatchedProducts(BatchedMatrices a, BatchedMatrices b, BatchedMatrices result) {
    this.a = a;
    this.b = b;
    this.result = result;
    int m = result.rows();
    int n = result.columns();
    int k = a.columns();
    int largest = Math.max(m * k, Math.max(k * n, m * n));
    int together = Math.max(1, Math.min(result.ofLastAxis(), GROUP / largest));
    size = new Size(together, m, n, k, b.turned());
  }

  /** What scratch memory depends on: the matrices of a group, and their sizes. */
  private record Size(int together, int m, int n, int k, boolean turned) {}

  /**
   * Of operands that are such products: of three axes or more, each matrix small and its rows
   * without gaps, or its columns.
   *
   * @param a floats {@code [..., m, k]}
   * @param b floats {@code [..., k, n]}
   * @param result floats {@code [..., m, n]}, whose rows have no gaps
   * @return the products; empty if the operands are others
   */
  public static Optional<BatchedProducts> of(INDArray a, INDArray b, INDArray result) {
    boolean taken =
        result.rank() > 2
            && a.size(-1) * result.size(-1) * result.size(-2) <= MOST
            && BatchedMatrices.take(a)
            && BatchedMatrices.take(b)
            && BatchedMatrices.take(result);
    BatchedMatrices c = taken ? new BatchedMatrices(result) : null;
    return c == null || c.turned()
        ? Optional.empty()
        : Optional.of(new BatchedProducts(new BatchedMatrices(a), new BatchedMatrices(b), c));
  }

  /** Overwrites the result. */
  public void multiply() {
    int groups = (result.ofLastAxis() - 1) / size.together + 1;
    int items = Math.toIntExact(result.number() / result.ofLastAxis() * groups);
    IDLE.forItems(
        items,
        1,
        size,
        () -> new Scratch(size),
        (scratch, item) -> {
          int first = item % groups * size.together;
          int count = Math.min(size.together, result.ofLastAxis() - first);
          multiply(scratch, (long) (item / groups) * result.ofLastAxis() + first, count);
        });
  }

  private void multiply(Scratch s, long first, int count) {
    BatchedMatrices.Place inA = a.read(first, count, s.a);
    BatchedMatrices.Place inB = b.read(first, count, s.b);
    BatchedMatrices.Place inC = result.place(count, Gemm.LANES);
    for (int i = 0; i < count; i++) {
      if (size.turned) {
        turn(s.b, i * inB.matrix(), inB.line(), s.turned);
      }
      Simd.GEMM.multiply(
          size.m,
          size.n,
          size.k,
          s.a,
          i * inA.matrix(),
          a.turned() ? 1 : inA.line(),
          a.turned() ? inA.line() : 1,
          size.turned ? s.turned : s.b,
          size.turned ? 0 : i * inB.matrix(),
          size.turned ? Gemm.padded(size.n) : inB.line(),
          s.c,
          i * inC.matrix(),
          inC.line(),
          false);
    }
    result.write(first, count, s.c, inC);
  }

  /** Writes the columns of B, which stand one after another, side by side. */
  private void turn(float[] columns, int at, int line, float[] rows) {
    int width = Gemm.padded(size.n);
    for (int j = 0; j < size.n; j++) {
      for (int l = 0; l < size.k; l++) {
        rows[l * width + j] = columns[at + j * line + l];
      }
    }
  }

  /**
   * Of a worker: a group of each operand. The products read and write whole vectors, so that there
   * is room for one behind the last number of B and behind each row of C; where the matrices of C
   * stand side by side, each overwrites what the one before it left in its first columns.
   */
  private static final class Scratch {
    private final float[] a;
    private final float[] b;
    private final float[] c;
    private final float[] turned;

    Scratch(Size size) {
      a = new float[size.together * size.m * size.k];
      b = new float[size.together * size.k * size.n + Gemm.LANES];
      c = new float[size.together * size.m * (size.n + Gemm.LANES)];
      turned = new float[size.turned ? size.k * Gemm.padded(size.n) : 0];
    }
  }
}
