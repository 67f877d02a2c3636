package org.capsnet.autograd;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Matrix products; reached through {@link Variable}. */
final class Products {

  private Products() {}

  static Variable matmul(Variable a, Variable b) {
    requireMultipliable(a, b);
    return matmul(a, b, Raw.matmul(a.value(), b.value()));
  }

  /**
   * Products of a batch of matrices, of which a row of all comes before the next, also in memory.
   *
   * @param a {@code [batch, rows, depth]}
   * @param b {@code [batch, depth, columns]}
   * @return {@code [rows, batch, columns]}
   */
  static Variable rowsFirst(Variable a, Variable b) {
    requireMultipliable(a, b);
    INDArray result = Raw.empty(a.dataType(), a.size(1), a.size(0), b.size(2)).permute(1, 0, 2);
    Raw.matmul(a.value(), b.value(), result);
    return matmul(a, b, result).permute(1, 0, 2);
  }

  private static Variable matmul(Variable a, Variable b, INDArray product) {
    return Variable.of(
        "matmul",
        product,
        (g, needed) ->
            new INDArray[] {
              needed[0] ? Raw.matmul(g, Raw.transposed(b.value())) : null,
              needed[1] ? ofSecond(a.value(), b.value(), g) : null
            },
        a,
        b);
  }

  /** dL/db; of a dense matrix that was transposed, as a weight is, as a dense one transposed. */
  private static INDArray ofSecond(INDArray a, INDArray b, INDArray g) {
    return Shapes.isDense(Raw.transposed(b))
        ? Raw.transposed(Raw.matmul(Raw.transposed(g), a))
        : Raw.matmul(Raw.transposed(a), g);
  }

  private static void requireMultipliable(Variable a, Variable b) {
    if (a.rank() < 2) {
      Shapes.require("matmul", a.value(), "rows", "columns");
    }
    Object[] expected = Arrays.stream(a.shape()).boxed().toArray();
    expected[a.rank() - 2] = a.size(-1);
    expected[a.rank() - 1] = "columns";
    Shapes.require("matmul", b.value(), expected);
    Shapes.requireType("matmul", b.value(), a.dataType());
  }
}
