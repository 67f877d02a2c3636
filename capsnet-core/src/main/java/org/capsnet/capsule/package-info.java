/**
 * Capsules, the layers made of them, and what a routing has to offer.
 *
 * <p>{@link org.capsnet.capsule.Capsules} is what flows between the layers: poses {@code [batch,
 * types, dim]} and activations {@code [batch, types]}, and behind these the axes of a grid, if the
 * capsules stand on one: none, or length, or height and width, or depth too. {@link
 * org.capsnet.capsule.PrimaryCapsules} makes the first ones of convolutional features; {@link
 * org.capsnet.capsule.DenseCapsules} turns capsules into capsules by votes {@code [batch, in, out,
 * dim]} and a {@link org.capsnet.capsule.Routing}.
 *
 * <p>Capsules on a grid turn into capsules on another by {@link
 * org.capsnet.capsule.ConvCapsules2d}, a dense layer that slides over the grid, or by {@link
 * org.capsnet.capsule.LocalCapsules2d}, where only types are routed and votes are plain
 * convolutions, which is what segmentation of whole images can afford. {@link
 * org.capsnet.capsule.ClassCapsules2d} makes of a whole grid a few capsules that know where
 * something is.
 *
 * <p>The interface of routings stands here, with the layers that need it; the algorithms are in
 * {@code org.capsnet.routing}, which depends on this package and not the other way.
 */
package org.capsnet.capsule;
