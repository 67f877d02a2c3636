package org.capsnet.data;

/** What a reader of many files does with one that is not what it should be. */
public enum OnFault {
  /** Go on without it; it is logged, and named in the result. */
  SKIP,
  /** Stop with the error. */
  FAIL
}
