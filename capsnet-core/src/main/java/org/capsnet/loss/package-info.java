/**
 * Losses: from what a network gives and what was wanted to a scalar, the mean over the batch.
 *
 * <p>A loss is a value with settings and no state; labels are one-hot, {@code [batch, classes]}.
 * What it makes of a sample it states as a {@link org.capsnet.nn.Cost}, from which a network's own
 * follows.
 */
package org.capsnet.loss;
