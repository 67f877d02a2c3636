/** A layer with EM routing, in this library and in PyTorch. */
package org.capsnet.bench.em;
