/**
 * The names that files have for the networks, routings and votes of this library, in one place that
 * nothing else depends on: it is found as a service, like a user's own. A user names classes by
 * {@link org.capsnet.io.Kinds#register} or by a provider of the same kind.
 */
package org.capsnet.kinds;
