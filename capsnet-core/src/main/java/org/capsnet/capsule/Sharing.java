package org.capsnet.capsule;

/** Which input capsules vote with the same weights. */
public enum Sharing {

  /** None: each has weights of its own for each output capsule. */
  NONE,

  /**
   * Those of a type, wherever they stand on the grid: what is learned at one place holds at all.
   */
  TYPE,

  /** All of them: one set of weights an output capsule. */
  ALL
}
