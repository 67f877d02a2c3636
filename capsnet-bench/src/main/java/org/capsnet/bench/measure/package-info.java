/**
 * What benchmarks share: operands of the paper's shapes, passes through a part of the network,
 * trainings that advance step by step, and summaries of timings.
 */
package org.capsnet.bench.measure;
