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
