/**
 * Capsule networks in this library and in others, side by side.
 *
 * <p>A {@link org.capsnet.bench.peer.Contest} is a network, a {@link org.capsnet.bench.peer.Peer} a
 * library, a {@link org.capsnet.bench.peer.Contestant} the one in the other. It lives in a process
 * of its own, with the flags that suit it best, and answers requests line by line: one contestant
 * works at a time while the others wait for input, so that a machine that slows down or speeds up
 * does it to all alike. All start from one {@link org.capsnet.bench.peer.Fixture} of weights and
 * images, and nothing is timed before they have computed the same from it.
 *
 * <p>{@link org.capsnet.bench.peer.Peer#ONNX} has the network as this library exports it, and only
 * predicts.
 *
 * <p>Each says itself what it computes with ({@link org.capsnet.bench.process.Facts}); how it is
 * held to narrower vectors than the CPU has says {@link org.capsnet.bench.process.Isa}.
 *
 * <h2>What was tried for DJL and PyTorch</h2>
 *
 * <p>Votes and three routing iterations, batch 128, 2 threads: medians of 7 calls in milliseconds,
 * the formulations in turn, on a machine with 2 cores.
 *
 * <table>
 * <caption>Formulations in DJL</caption>
 * <tr><th>formulation</th><th>forward</th><th>and backward</th></tr>
 * <tr><td>votes [batch, out, in, dim], one batched product per step</td><td>84</td><td>468</td></tr>
 * <tr><td>the same, the first coupling a constant</td><td>89</td><td>476</td></tr>
 * <tr><td>votes [in, batch, out, dim], broadcast products and sums</td><td>207</td><td>580</td></tr>
 * <tr><td>votes [out, batch, in, dim], a batched product a class</td><td>224</td><td>533</td></tr>
 * <tr><td>no votes: products of weighted poses and weights, a class</td><td>115</td><td>335</td></tr>
 * <tr><td>the same, the first iteration as one product</td><td>93</td><td>303</td></tr>
 * </table>
 *
 * <p>The last is what {@code DjlCapsNet} does. Environment settings of glibc's allocator, by which
 * it keeps its pages, took the system time of three training steps and six routings from 4.4 to 0.8
 * seconds, and the last formulation to 41 and 132 milliseconds; {@link org.capsnet.bench.peer.Peer}
 * has them. Transparent huge pages gained less. DJL's own Adam is used, which runs as one call into
 * PyTorch per parameter; nothing is recorded outside of a gradient collector. With DJL's {@code
 * use_mkldnn}, which gives arrays oneDNN's opaque layout, PyTorch refuses the first view; DJL has
 * no door to {@code channels_last}. The convolutions are oneDNN's anyway.
 *
 * <p>Efficient-CapsNet has few votes, 160 an image, so that they are one batched product, and the
 * agreement of each with all others is its product with their sum: in both libraries.
 */
package org.capsnet.bench.peer;
