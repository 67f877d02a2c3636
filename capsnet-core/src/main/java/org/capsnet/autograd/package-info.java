/**
 * Differentiable computation on ND4J arrays.
 *
 * <p>The idea is define-by-run: a {@link org.capsnet.autograd.Variable} remembers the operation and
 * the inputs that made it, and {@code backward()} walks that graph once, in reverse. Whatever Java
 * does between operations (loops, branches, recursion) needs no special form.
 *
 * <p>An operation is a value and a {@link org.capsnet.autograd.Backward}, joined by {@link
 * org.capsnet.autograd.Variable#of}. There is no other kind: built-in operations and a user's own
 * enter the graph the same way. Simple operations are methods of {@code Variable}; those with
 * settings of their own ({@code Convolution}, {@code Pooling}, {@code Normalization}) are in
 * classes of their own. Each has a name and settings, an {@link org.capsnet.autograd.Operation}, so
 * that a graph can be taken elsewhere: {@link org.capsnet.autograd.Tracing} records all of it, of
 * plain twins in place of kernels.
 *
 * <p><b>Who owns memory.</b> ND4J arrays are off-heap, where the garbage collector sees nothing.
 * Two ways were considered: closing each array after its last use, and one region for all that a
 * step allocates. The first leaves out the temporaries that ND4J makes inside its own operations,
 * which then wait for a collection that never comes; so it is the second. A {@link
 * org.capsnet.autograd.Scope} is an ND4J workspace: everything made inside it is freed when it
 * closes, and the next step uses its pages again. Leaves, their gradients and what a user keeps by
 * {@link org.capsnet.autograd.Scope#keep} live outside.
 *
 * <p>Every operation works in float and double; both inputs of a binary one must be of one type.
 */
package org.capsnet.autograd;
