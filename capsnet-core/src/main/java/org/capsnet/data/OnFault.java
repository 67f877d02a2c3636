package org.capsnet.data;

/** What a reader of many files does with a faulty one. */
public enum OnFault {
  /** Skip it; it is logged, and named in the result. */
  SKIP,
  /** Stop with the error. */
  FAIL
}
