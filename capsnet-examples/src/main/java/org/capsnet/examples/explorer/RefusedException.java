package org.capsnet.examples.explorer;

/** A request that is not answered, with the reason in a line. */
final class RefusedException extends Exception {

  private static final long serialVersionUID = 1;

  private final int status;

  RefusedException(int status, String reason) {
    super(reason);
    this.status = status;
  }

  /** The status of HTTP. */
  int status() {
    return status;
  }
}
