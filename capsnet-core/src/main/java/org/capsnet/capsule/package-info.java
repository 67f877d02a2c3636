/**
 * Capsules, the layers made of them, and what a routing has to offer.
 *
 * <p>{@link org.capsnet.capsule.Capsules} is what flows between the layers: poses {@code [batch,
 * capsules, dim]} and activations {@code [batch, capsules]}. {@link
 * org.capsnet.capsule.PrimaryCapsules} makes the first ones of convolutional features; {@link
 * org.capsnet.capsule.DenseCapsules} turns capsules into capsules by votes {@code [batch, in, out,
 * dim]} and a {@link org.capsnet.capsule.Routing}. The interface of routings stands here, with the
 * layers that need it; the algorithms are in {@code org.capsnet.routing}, which depends on this
 * package and not the other way.
 */
package org.capsnet.capsule;
