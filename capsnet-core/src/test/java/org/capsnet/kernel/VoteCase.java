package org.capsnet.kernel;

import java.util.List;
import java.util.Random;
import org.capsnet.autograd.Variable;
import org.capsnet.testing.GradientCheck;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What votes are made of, in double precision, for tests of kernels that make them.
 *
 * @param places null for nothing
 */
record VoteCase(Form form, Product product, List<INDArray> operands, INDArray places) {

  /** How votes come. */
  enum Form {
    GIVEN,
    MATRICES,
    POSES,
    SHARED_POSES
  }

  /** A pose of m rows and n columns times a matrix of n rows and o columns. */
  private record Product(int m, int n, int o) {

    static Product random(Random random, Form form) {
      if (form == Form.POSES && random.nextBoolean()) {
        return new Product(4, 4, 4);
      }
      int m = form == Form.MATRICES ? 1 : 1 + random.nextInt(4);
      return new Product(m, 1 + random.nextInt(5), 1 + random.nextInt(6));
    }

    long dim() {
      return (long) m * o;
    }
  }

  static VoteCase random(Random random, Form form, long samples, long in, long out) {
    Product p = Product.random(random, form);
    INDArray poses = GradientCheck.random(random, samples, in, (long) p.m * p.n);
    long groups = in % 2 == 0 ? in / 2 : 1;
    List<INDArray> operands =
        switch (form) {
          case GIVEN -> List.of(GradientCheck.random(random, samples, in, out, p.dim()));
          case MATRICES -> List.of(poses, GradientCheck.random(random, in, out, p.o, p.n));
          case POSES -> List.of(poses, GradientCheck.random(random, in, out, p.n, p.o));
          case SHARED_POSES -> List.of(poses, GradientCheck.random(random, groups, out, p.n, p.o));
        };
    INDArray places = null;
    if (form == Form.SHARED_POSES) {
      places = GradientCheck.random(random, in, p.dim());
      places.slice(0, 1).assign(0);
    }
    return new VoteCase(form, p, operands, places);
  }

  /** Votes {@code [samples, in, out, dim]}. */
  static VoteCase given(INDArray votes) {
    Product ofDim = new Product(1, 1, (int) votes.size(3));
    return new VoteCase(Form.GIVEN, ofDim, List.of(votes), null);
  }

  /** Votes by {@code [in, out, dim, inDim]} of poses {@code [samples, in, inDim]}. */
  static VoteCase matrices(INDArray poses, INDArray weight) {
    Product sizes = new Product(1, (int) weight.size(3), (int) weight.size(2));
    return new VoteCase(Form.MATRICES, sizes, List.of(poses, weight), null);
  }

  @Override
  public String toString() {
    return "%s %s".formatted(form, product);
  }

  long dim() {
    return product.dim();
  }

  /** The numbers of a pose, as scratch memory goes by them. */
  long pose() {
    return form == Form.GIVEN ? 0 : (long) product.m * product.n;
  }

  /** The numbers of a matrix. */
  long matrix() {
    return form == Form.GIVEN ? 0 : (long) product.n * product.o;
  }

  /** The votes, by the operands as variables, and maybe others behind them. */
  Variable votes(List<Variable> of) {
    Variable first = of.get(0);
    if (form == Form.GIVEN) {
      return first;
    }
    Variable w = of.get(1);
    if (form == Form.MATRICES) {
      return Variable.einsum("bik,ijdk->bijd", first, w);
    }
    long in = first.size(1);
    Variable p = first.reshape(first.size(0), w.size(0), in / w.size(0), product.m, product.n);
    Variable votes =
        Variable.einsum("bgpmn,gjno->bgpjmo", p, w)
            .reshape(first.size(0), in, w.size(1), product.dim());
    return places == null
        ? votes
        : votes.plus(Variable.constant(places.reshape(1, in, 1, places.size(1))));
  }

  /** As the kernel takes them. */
  VoteOperands real() {
    INDArray first = real(operands.get(0));
    return switch (form) {
      case GIVEN -> VoteOperands.given(first);
      case MATRICES -> VoteOperands.matrices(first, real(operands.get(1)));
      case POSES, SHARED_POSES ->
          VoteOperands.poses(first, real(operands.get(1)), places == null ? null : real(places));
    };
  }

  private static INDArray real(INDArray array) {
    return array.castTo(DataType.FLOAT);
  }
}
