package org.capsnet.kernel;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What each kernel makes of the same operands, with nothing of ND4J's in between. */
final class KernelResults {

  private final Map<String, double[]> results = new TreeMap<>();

  private KernelResults() {}

  static Map<String, double[]> all() {
    KernelResults made = new KernelResults();
    made.denseRouting();
    made.gridRouting();
    made.attention();
    made.fanIn();
    made.columns();
    made.groups();
    made.spectral();
    made.ofPreparedWeights();
    made.tilesOfFewSamples();
    made.depthwise();
    made.tiles();
    made.normalization();
    made.elements();
    made.batches();
    return made.results;
  }

  private void put(String name, INDArray array) {
    results.put(name, Numbers.of(array));
  }

  private static INDArray random(long seed, long... shape) {
    return GradientCheck.random(new Random(seed), shape).castTo(DataType.FLOAT);
  }

  /** As many groups as there are workers, and more. */
  private void batches() {
    INDArray a = random(61, 300, 9, 8);
    INDArray b = random(62, 300, 8, 10);
    INDArray result = Nd4j.create(DataType.FLOAT, 300, 9, 10);
    BatchedProducts.of(a, b, result).orElseThrow().multiply();
    put("batches", result);
  }

  /** The few samples whose votes are held, those in one block, and several blocks. */
  private void denseRouting() {
    for (int batch : new int[] {1, 5, 32}) {
      INDArray u = random(3, batch, 37, 8);
      DenseRoutingKernel dense =
          new DenseRoutingKernel(
              u, random(4, 37, 10, 16, 8), null, new RoutingSettings(3, false, false));
      put("routed " + batch, dense.forward());
      DenseRoutingKernel.Gradients gradients = dense.backward(random(5, batch, 10, 16));
      put("routed du " + batch, gradients.u());
      put("routed dW " + batch, gradients.weight());
      put("routed dbias " + batch, gradients.bias());
    }
  }

  private void gridRouting() {
    GridRoutingKernel grid =
        new GridRoutingKernel(
            random(6, 3, 5, 4, 6, 13, 11), null, new RoutingSettings(3, false, false));
    put("grid", grid.forward());
    GridRoutingKernel.Gradients gradients = grid.backward(random(7, 3, 4, 6, 13, 11));
    put("grid dvotes", gradients.votes());
    put("grid dbias", gradients.bias());
  }

  /** A few samples, and several groups and parts, of both kinds. */
  private void attention() {
    for (int batch : new int[] {5, 67}) {
      INDArray u = random(31, batch, 19, 8);
      VoteOperands votes = VoteOperands.matrices(u, random(32, 19, 10, 6, 8));
      put("self-attention " + batch, AttentionOperands.summed(votes, random(33, 19, 10)), 2);
      INDArray before = random(34, batch, 10, 6);
      put(
          "attention " + batch,
          AttentionOperands.normalized(votes, before, random(35, 6), random(36, 6)),
          3);
    }
  }

  private void put(String name, AttentionOperands operands, int iterations) {
    AttentionKernel kernel = new AttentionKernel(operands, iterations);
    INDArray made = kernel.forward();
    put(name, made);
    putGradients(name, kernel.backward(random(37, made.shape())));
  }

  private void putGradients(String name, List<INDArray> gradients) {
    for (int k = 0; k < gradients.size(); k++) {
      put(name + " d" + k, gradients.get(k));
    }
  }

  private void fanIn() {
    for (int batch : new int[] {5, 67}) {
      INDArray u = random(38, batch, 19, 8);
      VoteOperands votes = VoteOperands.matrices(u, random(39, 19, 10, 6, 8));
      FanInKernel kernel = new FanInKernel(votes, 3);
      put("fan-in " + batch, kernel.forward());
      putGradients("fan-in " + batch, kernel.backward(random(40, batch, 10, 6)));
    }
  }

  private void columns() {
    for (int batch : new int[] {1, 37}) {
      ConvolutionSizes sizes = new ConvolutionSizes(batch, 1, 14, 13, 70, 9, 7, 1, 1, 0, 1);
      Convolutions.Operands o = new Convolutions.Operands(sizes);
      INDArray db = Nd4j.create(DataType.FLOAT, sizes.out());
      new ColumnConvolution(sizes)
          .forward(o.x, o.w, ChannelFinish.of(random(8, sizes.out()), true, null), o.y);
      new ColumnConvolution(sizes).backward(o.x, o.g, o.y, o.dw, db);
      put("columns " + batch, o.y);
      put("columns dw " + batch, o.dw);
      put("columns db " + batch, db);
    }
  }

  private void groups() {
    for (int batch : new int[] {1, 37}) {
      ConvolutionSizes sizes = new ConvolutionSizes(batch, 5, 9, 8, 18, 3, 3, 2, 1, 1, 1);
      Convolutions.Operands o = Convolutions.inGroups(sizes, 3);
      INDArray w = Convolutions.own(o.w, 3);
      INDArray dw = w.like();
      INDArray db = Nd4j.create(DataType.FLOAT, w.size(0));
      GroupedConvolution convolution = new GroupedConvolution(sizes, 3);
      convolution.forward(o.x, w, ChannelFinish.of(random(8, w.size(0)), true, null), o.y);
      convolution.backward(o.x, w, o.g, o.y, o.dx, dw, db);
      put("groups " + batch, o.y);
      put("groups dx " + batch, o.dx);
      put("groups dw " + batch, dw);
      put("groups db " + batch, db);
    }
  }

  /** In pieces, of which there are several, and in blocks. */
  private void spectral() {
    for (int batch : new int[] {5, 37}) {
      ConvolutionSizes sizes = new ConvolutionSizes(batch, 23, 12, 11, 70, 5, 4, 2, 1, 1, 0);
      Convolutions.Operands o = new Convolutions.Operands(sizes);
      SpectralConvolution convolution = new SpectralConvolution(sizes, batch == 5); // in pieces
      convolution.forward(o.x, o.w, null, o.y);
      convolution.backward(o.x, o.w, o.g, o.dx, o.dw);
      put("spectral " + batch, o.y);
      put("spectral dx " + batch, o.dx);
      put("spectral dw " + batch, o.dw);
      convolution.forward(o.x, o.w, new Prepared(), o.y);
      put("spectral, prepared " + batch, o.y);
    }
  }

  private void ofPreparedWeights() {
    for (int batch : new int[] {1, 3, 7}) {
      ConvolutionSizes sizes = new ConvolutionSizes(batch, 40, 11, 10, 150, 5, 5, 2, 1, 1, 2);
      Convolutions.Operands o = new Convolutions.Operands(sizes);
      INDArray bias = random(9, sizes.out());
      new WinogradConvolution(sizes)
          .forward(o.x, o.w, ChannelFinish.of(bias, true, null), new Prepared(), o.y);
      put("filters " + batch, o.y);
      new DirectConvolution(sizes).forward(o.x, o.w, ChannelFinish.NONE, new Prepared(), o.y);
      put("direct " + batch, o.y);
    }
  }

  /** A unit of tiles by all workers. */
  private void tilesOfFewSamples() {
    ConvolutionSizes one = new ConvolutionSizes(2, 17, 9, 30, 34, 3, 3, 1, 1, 1, 0);
    Convolutions.Operands few = new Convolutions.Operands(one);
    new TileConvolution(one).forward(few.x, few.w, ChannelFinish.NONE, null, few.y);
    put("tiles shared out", few.y);
  }

  private void depthwise() {
    ConvolutionSizes sizes = new ConvolutionSizes(19, 37, 9, 8, 37, 5, 4, 2, 1, 1, 0);
    INDArray x = random(10, 19, 37, 9, 8);
    INDArray w = random(11, 37, 1, 5, 4);
    INDArray y = Nd4j.create(DataType.FLOAT, 19, 37, sizes.outputHeight(), sizes.outputWidth());
    INDArray dx = x.like();
    INDArray dw = w.like();
    INDArray db = Nd4j.create(DataType.FLOAT, 37);
    DepthwiseConvolution convolution = new DepthwiseConvolution(sizes);
    convolution.forward(x, w, ChannelFinish.of(random(12, 37), true, null), y);
    convolution.backward(x, w, random(13, y.shape()), y, dx, dw, db);
    put("depthwise", y);
    put("depthwise dx", dx);
    put("depthwise dw", dw);
    put("depthwise db", db);
  }

  /** Several units a sample, several samples a unit, and several sums of the weights' gradient. */
  private void tiles() {
    for (int side : new int[] {30, 9}) {
      ConvolutionSizes sizes = new ConvolutionSizes(19, 17, side, side, 34, 3, 3, 1, 1, 1, 0);
      Convolutions.Operands o = new Convolutions.Operands(sizes);
      INDArray db = Nd4j.create(DataType.FLOAT, sizes.out());
      TileConvolution convolution = new TileConvolution(sizes);
      convolution.forward(
          o.x, o.w, ChannelFinish.of(random(20, sizes.out()), true, null), null, o.y);
      convolution.backward(o.x, o.w, o.g, o.y, o.dx, o.dw, db);
      put("tiles " + side, o.y);
      put("tiles dx " + side, o.dx);
      put("tiles dw " + side, o.dw);
      put("tiles db " + side, db);
    }
  }

  /** Few channels, each in several pieces, and many. */
  private void normalization() {
    for (long[] shape : new long[][] {{9, 3, 50, 41}, {33, 70, 3, 2}}) {
      INDArray x = random(14, shape);
      INDArray gamma = random(15, shape[1]);
      NormalizationKernel.Normalized normalized =
          NormalizationKernel.forward(x, gamma, random(16, shape[1]), 1e-5);
      NormalizationKernel.Gradients gradients =
          NormalizationKernel.backward(x, normalized, gamma, 1e-5, random(17, shape), true);
      put("normalized " + shape[1], normalized.output());
      put("mean " + shape[1], normalized.mean());
      put("variance " + shape[1], normalized.variance());
      put("normalized dx " + shape[1], gradients.x());
      put("normalized dgamma " + shape[1], gradients.gamma());
      put("normalized dbeta " + shape[1], gradients.beta());
    }
  }

  private void elements() {
    INDArray s = random(18, 7, 1000, 8);
    INDArray g = random(19, 7, 1000, 8);
    put("squashed", SquashKernel.forward(s, SquashScale.SABOUR));
    put("squashed ds", SquashKernel.backward(s, g, SquashScale.SABOUR));
    put("squashed by the exponential", SquashKernel.forward(s, SquashScale.EXPONENTIAL));
    put("squashed ds by the exponential", SquashKernel.backward(s, g, SquashScale.EXPONENTIAL));
    INDArray poses = s.reshape('c', 1, 2, s.length() / 8, 4);
    LengthKernel lengths = new LengthKernel(poses, 1e-8);
    INDArray length = lengths.forward();
    put("lengths", length);
    put("lengths dx", lengths.backward(length));
    put("rectified", RectifierKernel.gradient(s, g));
    INDArray moments = random(20, 2 * s.length());
    moments.muli(moments);
    AdamKernel.step(AdamKernel.Settings.of(1e-3, 0.9, 0.999, 1e-8, 4), s, g, moments);
    put("adam", s);
    put("adam's moments", moments);
  }
}
