package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The backward pass of dense routing: from the last iteration to the first, each iteration's
 * gradient of the output capsules takes a pass over the input capsules, and a last pass makes the
 * gradients of weights and poses.
 */
final class BackwardRouting {

  private final RoutingSizes sizes;
  private final RoutingEngine engine;
  private final long batch;

  /** Of each iteration s, v, Σ v of those before it, and ds. */
  private final List<SampleLanes> s;

  private final List<SampleLanes> v = new ArrayList<>();
  private final List<SampleLanes> reach = new ArrayList<>();
  private final SampleLanes[] sGradient;

  /** Whether the terms of a pass are still there in the next. */
  private boolean keeps;

  BackwardRouting(RoutingSizes sizes, RoutingEngine engine, long batch, List<SampleLanes> s) {
    this.sizes = sizes;
    this.engine = engine;
    this.batch = batch;
    this.s = s;
    sGradient = new SampleLanes[s.size()];
    SampleLanes sum = new SampleLanes(batch, sizes.width(), engine.loops().lanes());
    for (SampleLanes ofIteration : s) {
      reach.add(sum);
      SampleLanes capsules = ofIteration.copy();
      capsules.squash(sizes.dim());
      v.add(capsules);
      sum = sum.copy();
      sum.add(capsules);
    }
  }

  DenseRoutingKernel.Gradients gradients(INDArray u, INDArray weight, INDArray upstream) {
    InputCapsulePasses passes = InputCapsulePasses.over(sizes, engine, u, weight);
    keeps = passes.keepTerms();
    SampleLanes g = new SampleLanes(batch, sizes.width(), engine.loops().lanes());
    g.read(upstream, engine.workers());
    float[] bias = new float[sizes.width()];
    for (int r = sizes.iterations() - 1; r >= sizes.firstIteration(); r--) {
      g.squashGradient(s.get(r), sizes.dim());
      g.addSumsOfRows(bias);
      sGradient[r] = g;
      if (r > sizes.firstIteration()) {
        int iteration = r;
        g =
            passes.sum(
                (routing, b, sums) -> {
                  terms(routing, b, iteration);
                  routing.sendBack(iteration, sums);
                });
      }
    }
    INDArray du = Floats.create(u.shape());
    INDArray dw = Floats.create(weight.shape());
    passes.gradients((routing, b, none) -> terms(routing, b), directions(), du, dw);
    passes.release();
    INDArray dbias = Floats.create(sizes.out(), sizes.dim());
    Floats.write(dbias, 0, bias, 0, bias.length);
    return new DenseRoutingKernel.Gradients(du, dw, dbias);
  }

  /** Makes votes and the terms of iteration r, after those of later ones where none are kept. */
  private void terms(VoteRouting routing, int block, int r) {
    int last = keeps ? r : sizes.iterations() - 1;
    routing.vote(reach.get(last).blocks[block]);
    for (int q = last; q >= r; q--) {
      if (q < last) {
        routing.agree(reach.get(q).blocks[block]);
      }
      routing.couple(q);
      routing.logitGradients(q, sGradient[q].blocks[block]);
    }
  }

  /** Makes what has not been kept of the terms of the votes' gradients. */
  private void terms(VoteRouting routing, int block) {
    int first = sizes.firstIteration();
    if (first > 0) {
      routing.vote(reach.get(first).blocks[block]);
      routing.couple(first);
    } else if (!keeps && sizes.iterations() > 1) {
      terms(routing, block, 1);
    }
  }

  /** Of each block. */
  private float[][][] directions() {
    float[][][] directions = new float[s.get(0).blocks.length][][];
    for (int b = 0; b < directions.length; b++) {
      float[][] ds = new float[sizes.iterations()][];
      float[][] capsules = new float[sizes.iterations()][];
      for (int r = sizes.firstIteration(); r < sizes.iterations(); r++) {
        ds[r] = sGradient[r].blocks[b];
        capsules[r] = v.get(r).blocks[b];
      }
      directions[b] = Directions.of(sizes, ds, capsules);
    }
    return directions;
  }
}
