package org.capsnet.model.detection;

import java.util.function.Function;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.model.Architecture;
import org.capsnet.model.ImageModel;
import org.capsnet.model.Network;
import org.capsnet.model.Sizes;
import org.capsnet.model.block.BoxHead;
import org.capsnet.model.block.ConvStem;
import org.capsnet.model.block.FeatureExtractor;
import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;

/**
 * What the detectors here have in common: features of the image, primary capsules, class capsules
 * that these vote for, and a box read off each of those. Children: {@code backbone}, of {@code
 * features} and {@code primary}, {@code boxes} and {@code classes}.
 */
abstract class BoxDetector<A extends Architecture<?, A>> extends Network<A> implements Detector {

  private final DetectorSizes sizes;
  private final Chain<Variable, Capsules> backbone;
  private final BoxHead boxes;
  private final Block<Capsules, Capsules> classes;

  /**
   * How the class capsules stand, and their boxes.
   *
   * @param capsules makes the layer of class capsules, for the shape of the primary ones
   * @param onGrid whether they stand on the grid of those; if not, each stands for the whole image
   * @param reach over how many cells the centre of a box may range
   * @param initialSize the width and height of boxes before training, as a share of the image
   */
  record Cells(
      Function<Shape, Block<Capsules, Capsules>> capsules,
      boolean onGrid,
      double reach,
      double initialSize) {}

  BoxDetector(A architecture, DetectorSizes s, Cells cells, Init init) {
    super(architecture, init);
    ConvStem.requireFit(s.image(), s.stages(), s.primary().convolution());
    sizes = s;
    backbone =
        child(
            "backbone",
            Chain.of(s.image().shape())
                .then("features", in -> new FeatureExtractor(in, s.stages(), init))
                .then("primary", in -> s.primary().layer(in, init)));
    Shape primary = backbone.output();
    long rows = cells.onGrid ? primary.size(2) : 1;
    long columns = cells.onGrid ? primary.size(3) : 1;
    Shape grid = Shape.of(s.classes(), s.classDim(), rows, columns);
    boxes = new BoxHead(grid, s.boxHidden(), cells.reach, cells.initialSize, init);
    classes = child("classes", cells.capsules.apply(primary));
    child("boxes", boxes);
    Sizes.fits(
        "the numbers of the boxes of " + ImageModel.AT_ONCE + " images",
        ImageModel.AT_ONCE,
        boxes.output().numbers());
  }

  @Override
  public final int classes() {
    return sizes.classes();
  }

  @Override
  public final int rows() {
    return Math.toIntExact(boxes.input().size(2));
  }

  @Override
  public final int columns() {
    return Math.toIntExact(boxes.input().size(3));
  }

  @Override
  public final Output detect(Variable images) {
    Capsules found = classes.forward(backbone.forward(sizes.image().require(images)));
    Capsules cells = found.gridRank() == 0 ? found.onGrid(classes(), 1, 1) : found;
    return new Output(cells, boxes.forward(cells));
  }

  /** The sum of the gradients of poses, that of the lengths and that of the boxes. */
  @Override
  protected Cost cost(Setting setting) {
    return super.cost(setting).backward(1, boxes.input().sizes());
  }
}
