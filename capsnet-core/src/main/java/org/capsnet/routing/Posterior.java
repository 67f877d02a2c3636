package org.capsnet.routing;

import static org.capsnet.routing.Weighing.forEachInput;

import java.util.stream.IntStream;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What votes let one believe of the Gaussians that they come from, by variational Bayes with
 * diagonal precisions: the posterior of Gauss and Wishart of each output capsule, and that of
 * Dirichlet of their shares. Priors are 0 and 1 of means, 1 and {@code dim + 1} of precisions, 1 of
 * shares; {@link VariationalBayesRouting} has the equations.
 *
 * @param sum {@code R_j}, the weights of the votes summed, {@code [b, j]}
 * @param mean {@code m_j}, {@code [b, j, d]}
 * @param scale {@code 1/Ψ_j}, {@code [b, j, d]}
 * @param share {@code E ln π_j}, {@code [b, j]}
 * @param precision {@code E ln|Λ_j|}, {@code [b, j]}
 */
record Posterior(Variable sum, Variable mean, Variable scale, Variable share, Variable precision) {

  /** Keeps the mean of no votes finite. */
  private static final double TINY = 1e-12;

  /** By votes {@code [b, i, j, d]} and their weights {@code [b, i, j]}. */
  static Posterior of(Variable votes, Variable weights) {
    int dim = Math.toIntExact(votes.size(3));
    Variable sum = weights.sum(1);
    Variable column = sum.reshape(sum.size(0), sum.size(1), 1);
    Variable mean = Variable.einsum("bij,bijd->bjd", weights, votes).dividedBy(column.plus(TINY));
    Variable squares =
        Variable.einsum("bij,bijd->bjd", weights, votes.minus(forEachInput(mean)).square());
    Variable shrunk = mean.times(column).dividedBy(column.plus(1));
    Variable scale = squares.plus(shrunk.times(mean)).plus(1);
    Variable alpha = sum.plus(1);
    Variable share = Digamma.of(alpha).minus(Digamma.of(alpha.sum(true, 1)));
    double[] offsets = IntStream.range(0, dim).mapToDouble(d -> dim + 1.0 - d).toArray();
    Variable freedom =
        column.plus(
            Variable.constant(
                Nd4j.createFromArray(offsets).castTo(votes.dataType()).reshape(1, 1, dim)));
    Variable precision =
        Digamma.of(freedom.times(0.5)).sum(2).plus(dim * Math.log(2)).minus(scale.log().sum(2));
    return new Posterior(sum, shrunk, scale, share, precision);
  }

  /** The expected logarithm of how likely each vote is to be of each output capsule. */
  Variable logits(Variable votes) {
    double dim = votes.size(3);
    Variable off = votes.minus(forEachInput(mean)).square().dividedBy(forEachInput(scale)).sum(3);
    Variable kappa = sum.plus(1);
    Variable ofOutput = share.plus(precision.times(0.5)).minus(kappa.pow(-1).times(0.5 * dim));
    Variable nu = forEachInput(sum.plus(dim + 1));
    return forEachInput(ofOutput).minus(off.times(nu).times(0.5));
  }
}
