/**
 * Benchmarks, run as {@code java -jar capsnet-bench/target/benchmarks.jar}.
 *
 * <p>Each times what a user's program runs, at the paper's sizes.
 */
package org.capsnet.bench;
