/**
 * Looking into networks of capsules, whatever they are made of: what their routing does over a data
 * set ({@link org.capsnet.model.insight.RoutingStatistics}), which places of an image a capsule is
 * made of ({@link org.capsnet.model.CouplingMap}), and what the numbers of a pose stand for ({@link
 * org.capsnet.model.insight.Perturbation}). The first two go by {@link
 * org.capsnet.capsule.RoutingTrace}, so that a network of a user's own is looked into without a
 * line of code in it.
 *
 * <p>{@link org.capsnet.model.insight.Outputs} are what a network says of images, and {@link
 * org.capsnet.model.insight.CapsulePanel} shows them, and the capsules and couplings on the way, in
 * TensorBoard.
 */
package org.capsnet.model.insight;
