package org.capsnet.data;

import java.util.random.RandomGenerator;

/**
 * Mixes pairs of images and of their labels (Zhang et al., <i>mixup: Beyond Empirical Risk
 * Minimization</i>, 2018): {@code λ x + (1 - λ) x'}, with λ drawn from Beta(α, α) for each image,
 * and the other one from all of them. It is for losses that take shares of classes.
 *
 * @param alpha α, above 0 and at most 1: the smaller, the less of the other image; the paper has
 *     0.1 to 0.4 for ImageNet and 1 for CIFAR-10
 */
record MixUp(double alpha) {

  MixUp {
    Probabilities.require(alpha > 0 && alpha <= 1, "alpha: expected above 0 and at most 1", alpha);
  }

  /** Draws λ, by Jöhnk's method: a share of two powers of uniform numbers. */
  double share(RandomGenerator random) {
    while (true) {
      // In logarithms, since at a small α the powers are smaller than any double.
      double x = Math.log(random.nextDouble()) / alpha;
      double y = Math.log(random.nextDouble()) / alpha;
      double larger = Math.max(x, y);
      double sum = larger + Math.log1p(Math.exp(Math.min(x, y) - larger));
      if (sum <= 0) {
        return Math.exp(x - sum);
      }
    }
  }
}
