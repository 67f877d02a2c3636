/**
 * Routing algorithms, one class each, all of them {@link org.capsnet.capsule.Routing}s.
 *
 * <p>An algorithm is written once as differentiable operations on votes. One that is worth a fused
 * kernel also overrides {@link org.capsnet.capsule.Routing#routeDense}; the plain form remains its
 * specification, and what runs in double precision and on other backends.
 */
package org.capsnet.routing;
