/**
 * JMH benchmarks at the paper's sizes, and the mains that compare this library with others ({@link
 * org.capsnet.bench.PeerComparison}, {@link org.capsnet.bench.ColdStart}, {@link
 * org.capsnet.bench.ConvolutionTable}), say where a training step goes ({@link
 * org.capsnet.bench.StepProfile}) and how its cost grows ({@link org.capsnet.bench.CostCurves}),
 * and what memory it takes ({@link org.capsnet.bench.MemoryCurve}, {@link
 * org.capsnet.bench.LargeLayer}).
 *
 * <pre>{@code
 * mvn -q package -DskipTests
 * export OMP_WAIT_POLICY=PASSIVE   # waiting by spinning takes the cores from those that work
 * java -jar capsnet-bench/target/benchmarks.jar RoutingBenchmark -p batch=128 -prof gc
 * }</pre>
 *
 * <p>The arguments are JMH's: a regular expression for the names, {@code -p} for parameters, {@code
 * -prof gc} for what a call allocates on the heap, which is little, as arrays are off-heap.
 */
package org.capsnet.bench;
