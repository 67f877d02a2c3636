package org.capsnet.kernel;

/** What the routing of all samples has in common. */
final class EmProblem {

  private final VoteSizes sizes;
  private final EmLoops loops;
  private final EmSettings settings;
  private final Voters voters;
  private final float[] betaU;
  private final float[] betaA;

  /**
   * Takes it.
   *
   * @param betaU cost of a vote's dimension for an output capsule, {@code [out]}
   * @param betaA what an output capsule gains by being active, {@code [out]}
   */
  EmProblem(
      VoteSizes sizes,
      EmLoops loops,
      EmSettings settings,
      Voters voters,
      float[] betaU,
      float[] betaA) {
    this.sizes = sizes;
    this.loops = loops;
    this.settings = settings;
    this.voters = voters;
    this.betaU = betaU;
    this.betaA = betaA;
  }

  VoteSizes sizes() {
    return sizes;
  }

  EmLoops loops() {
    return loops;
  }

  EmSettings settings() {
    return settings;
  }

  Voters voters() {
    return voters;
  }

  float betaU(int j) {
    return betaU[j];
  }

  float betaA(int j) {
    return betaA[j];
  }
}
