/**
 * Applications of capsule networks, one main each, and {@link org.capsnet.examples.Launcher}, which
 * finds them by name. A main reads as a program of its own; below it are a package for each
 * application, and {@code options} and {@code output}, which know none of them.
 */
package org.capsnet.examples;
