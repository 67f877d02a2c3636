/** Applications of capsule networks, one main each. */
package org.capsnet.examples;
