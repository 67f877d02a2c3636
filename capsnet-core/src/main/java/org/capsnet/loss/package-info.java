/**
 * Losses: from what a network gives and what was wanted to a scalar, the mean over the batch.
 *
 * <p>A loss is a value with settings and no state. A loss of classes takes labels {@code [batch,
 * classes]} from 0 to 1: one-hot, of several classes, or shares, as each says. What it makes of a
 * sample it states as a {@link org.capsnet.nn.Cost}, from which a network's own follows.
 */
package org.capsnet.loss;
