package org.capsnet.kernel;

/** What a squash multiplies a vector by, which follows from its squared length {@code n²}. */
public enum SquashScale {

  /** {@code n²/(1+n²) / √(n²+ε)}, of Sabour et al. (2017). */
  SABOUR {
    @Override
    double of(double n2) {
      return n2 / ((1 + n2) * Math.sqrt(n2 + SquashKernel.EPSILON));
    }

    @Override
    double slope(double n2) {
      double root = Math.sqrt(n2 + SquashKernel.EPSILON);
      return 1 / ((1 + n2) * (1 + n2) * root) - 0.5 * of(n2) / (n2 + SquashKernel.EPSILON);
    }
  },

  /** {@code (1-e^-m)/m}, where {@code m = √(n²+ε)}, of Mazzia et al. (2021). */
  EXPONENTIAL {
    @Override
    double of(double n2) {
      double m = Math.sqrt(n2 + SquashKernel.EPSILON);
      return -Math.expm1(-m) / m;
    }

    @Override
    double slope(double n2) {
      double m = Math.sqrt(n2 + SquashKernel.EPSILON);
      return (m * Math.exp(-m) + Math.expm1(-m)) / (2 * m * m * m);
    }
  };

  abstract double of(double n2);

  /** Its derivative. */
  abstract double slope(double n2);
}
