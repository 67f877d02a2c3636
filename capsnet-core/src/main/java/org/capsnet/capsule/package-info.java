/**
 * Capsules, and the layers made of them. <b>A capsule layer is votes and a routing</b>: how input
 * capsules vote for output capsules is one thing, and how output capsules are made of votes is
 * another; any of the one goes with any of the other, but for a routing by the poses of input
 * capsules, which votes by a convolution do not have.
 *
 * <p>{@link org.capsnet.capsule.Capsules} is what flows between layers: poses {@code [batch, types,
 * dim]} and activations {@code [batch, types]}, and behind these the axes of a grid, if the
 * capsules stand on one: none, or length, or height and width, or depth too. {@link
 * org.capsnet.capsule.PrimaryCapsules} makes the first ones of convolutional features. From then on
 * a {@link org.capsnet.capsule.CapsuleLayer} turns capsules into capsules:
 *
 * <pre>{@code
 * new CapsuleLayer(in, 10, 16, new DenseVotes(), new DynamicRouting(3), init)
 * }</pre>
 *
 * <p><b>Votes</b> are a value, best a record, that implements {@link org.capsnet.capsule.Votes}: it
 * says what shape the votes of a layer have, which weights they want, and lets capsules vote by
 * them, in a line of einsum for each kind:
 *
 * <ul>
 *   <li>{@link org.capsnet.capsule.DenseVotes}, {@code W · u}: a matrix for each pair, for each
 *       type, or for each output capsule
 *   <li>{@link org.capsnet.capsule.PoseVotes}, {@code P · W}: poses are matrices of 4×4
 *   <li>{@link org.capsnet.capsule.ElementVotes}, {@code w ⊙ u}
 *   <li>{@link org.capsnet.capsule.ConvVotes} and {@link org.capsnet.capsule.DeconvVotes}, a
 *       convolution of the capsules of each type, from grid to grid
 * </ul>
 *
 * <p>A {@link org.capsnet.capsule.ConvCapsules2d} slides a layer over a grid, whatever its votes.
 *
 * <p><b>A routing</b> is a value, best a record, or a lambda, that implements {@link
 * org.capsnet.capsule.Routing}. It is handed a {@link org.capsnet.capsule.RoutingInput}: votes
 * {@code [batch, in, out, dim]}, in which each position of a grid is a sample of its own, who cast
 * them, and what the layer has learned for it. It returns output capsules, with activations of its
 * own making, and says which {@linkplain org.capsnet.capsule.Routing#loss loss} these are for. By
 * default output capsules compete at each position alone; a routing in which an input capsule
 * divides its vote among all positions that it reaches asks the {@link org.capsnet.capsule.Reach}.
 * The algorithms are in {@code org.capsnet.routing}, which depends on this package and not the
 * other way.
 *
 * <p><b>A kernel</b> is a shortcut of a pair of votes and routing, and never needed: {@link
 * org.capsnet.capsule.Routing#routeFused} may take the factors of votes, or votes on a grid, as
 * {@link org.capsnet.capsule.CastVotes} has them; the layer asks it first, and {@code route}
 * otherwise. In double precision, on other backends and with {@code -Dcapsnet.kernels=portable}
 * there are none, and the numbers are the same.
 *
 * <p><b>The step of a training</b> reaches a routing through the tree of modules, {@link
 * org.capsnet.nn.Module#atStep}, and not as an argument of {@code forward}: that would stand in
 * every block for the sake of the few that want it, and every user who calls a layer would have to
 * know a step. The price would be a state outside of the saved file. So it is seen in training mode
 * alone: in evaluation mode, and where nobody trains, {@link org.capsnet.capsule.RoutingInput#step}
 * is empty, and a routing has what its schedule ends with. Thus a prediction depends on nothing but
 * parameters and buffers, and threads may share a network that predicts.
 */
package org.capsnet.capsule;
