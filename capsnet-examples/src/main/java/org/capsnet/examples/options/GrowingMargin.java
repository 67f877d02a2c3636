package org.capsnet.examples.options;

import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.MarginSchedule;
import org.capsnet.loss.SpreadLoss;

/** The margin of a spread loss, which grows over half of a training, however long that is. */
public final class GrowingMargin {

  /** Those of Hinton et al. (2018), section 3.1. */
  private static final double FIRST = 0.2;

  private static final double LAST = 0.9;

  private GrowingMargin() {}

  /** A network's own loss in a training of some steps: a spread loss with the paper's margins. */
  public static ClassLoss in(int steps, ClassLoss own) {
    return own instanceof SpreadLoss ? to(LAST, steps) : own;
  }

  /** The spread loss whose margin grows to some value. */
  static SpreadLoss to(double last, int steps) {
    return new SpreadLoss(new MarginSchedule(Math.min(FIRST, last), last, Math.max(1, steps / 2)));
  }
}
