/**
 * Routing algorithms, one class each, all of them {@link org.capsnet.capsule.Routing}s.
 *
 * <p>An algorithm is a record of its settings. It is written once, as differentiable operations on
 * votes {@code [batch, in, out, dim]} in the lines of its paper; the axes of einsums are b = batch,
 * i = input capsules, j = output capsules and d = dim. What it learns it names in {@link
 * org.capsnet.capsule.Routing#parameters}, and the layer keeps it. One that is worth a kernel also
 * overrides {@link org.capsnet.capsule.Routing#routeFused}; the plain form remains its
 * specification, and what runs in double precision and on other backends.
 *
 * <p>By what an input capsule is divided among output capsules:
 *
 * <ul>
 *   <li>agreement of votes with output capsules: {@link org.capsnet.routing.DynamicRouting}, also
 *       leaky; {@link org.capsnet.routing.FanInRouting}, in which input capsules compete; {@link
 *       org.capsnet.routing.DeepCapsRouting}, over a whole grid; {@link
 *       org.capsnet.routing.AttentionRouting}, and a stack of layers routed together, {@link
 *       org.capsnet.routing.AttentionStack}
 *   <li>a mixture of Gaussians that is fitted to votes: {@link org.capsnet.routing.EmRouting},
 *       {@link org.capsnet.routing.LocalEmRouting}, {@link
 *       org.capsnet.routing.VariationalBayesRouting}, {@link org.capsnet.routing.HeinsenRouting}
 *   <li>agreement of votes with each other, once: {@link org.capsnet.routing.SelfAttentionRouting}
 *   <li>its own pose: {@link org.capsnet.routing.SelfRouting}
 *   <li>nothing that depends on the image: {@link org.capsnet.routing.StaticRouting}, {@link
 *       org.capsnet.routing.UniformRouting}
 * </ul>
 *
 * <p>One of one's own:
 *
 * <pre>{@code
 * public record WeightedMean() implements Routing {
 *   public Capsules route(RoutingInput in) {
 *     Variable a = in.activation();
 *     Variable c = a.dividedBy(a.sum(true, 1).plus(1e-9));
 *     return Capsules.ofLength(
 *         new SabourSquash().squash(Variable.einsum("bi,bijd->bjd", c, in.votes())));
 *   }
 * }
 * }</pre>
 */
package org.capsnet.routing;
