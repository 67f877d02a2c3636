package org.capsnet.kernel;

/**
 * What the gradient of a vote is a sum of, for a block of samples: {@code dû_ij = Σ_r c^r_ij ds^r_j
 * + Σ_{r>0} db^r_ij v^{r-1}_j}. The terms c^r and db^r of all iterations but the first go with a
 * direction each; the first coupling is the same everywhere, so its product is made here.
 */
final class Directions {

  private Directions() {}

  /**
   * The directions.
   *
   * @param sGradient ds^r of the block; those before the first iteration with a gradient do not
   *     matter
   * @param v v^r of the block, likewise
   * @return what all input capsules have alike, and then the directions of c^r and db^r in turn,
   *     {@code [out · dim · lanes]} each
   */
  static float[][] of(RoutingSizes sizes, float[][] sGradient, float[][] v) {
    int first = sizes.firstIteration();
    float[][] directions = new float[1 + terms(sizes)][];
    directions[0] = new float[sGradient[sizes.iterations() - 1].length];
    if (first == 0) {
      float uniform = VoteRouting.uniform(sizes);
      for (int x = 0; x < directions[0].length; x++) {
        directions[0][x] = uniform * sGradient[0][x];
      }
    }
    int q = 1;
    for (int r = Math.max(1, first); r < sizes.iterations(); r++) {
      directions[q++] = sGradient[r];
      if (r > first) {
        directions[q++] = v[r - 1];
      }
    }
    return directions;
  }

  /** How many terms have a direction. */
  private static int terms(RoutingSizes sizes) {
    return sizes.firstIteration() > 0 ? 1 : 2 * (sizes.iterations() - 1);
  }
}
