/**
 * Losses: from what a network gives and what was wanted to a scalar, the mean over the batch.
 *
 * <p>A loss is a value with settings and no state; labels are one-hot, {@code [batch, classes]}.
 */
package org.capsnet.loss;
