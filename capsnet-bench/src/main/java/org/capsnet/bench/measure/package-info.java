/**
 * What benchmarks share: operands of the paper's shapes, trainings that advance step by step, and
 * summaries of timings.
 */
package org.capsnet.bench.measure;
