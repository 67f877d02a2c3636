/**
 * Processes of their own for what is measured: JVMs that are started with flags, environment and a
 * limit on the width of their vectors ({@link org.capsnet.bench.process.Launch}), that answer line
 * by line ({@link org.capsnet.bench.process.LineProcess}), and that say what they really compute
 * with ({@link org.capsnet.bench.process.NativeText}).
 */
package org.capsnet.bench.process;
