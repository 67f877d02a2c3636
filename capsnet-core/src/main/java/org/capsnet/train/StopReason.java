package org.capsnet.train;

/** Why a training ended. */
public enum StopReason {
  /** All epochs are done. */
  EPOCHS,
  /** The most iterations allowed are done; the epoch may be unfinished. */
  MAX_ITERATIONS,
  /** The metric that early stopping watches no longer improved. */
  EARLY_STOPPING,
  /** The training thread was interrupted; the epoch is unfinished. */
  INTERRUPTED,
  /** An exception is on its way to the caller. */
  FAILED
}
