package org.capsnet.examples.medical;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.capsnet.data.medical.SegmentationLabels;
import org.capsnet.examples.output.ImageGrid;
import org.capsnet.model.Explanation;
import org.capsnet.model.insight.Tiles;
import org.capsnet.model.medical.MedicalModel;
import org.capsnet.model.medical.MedicalPrediction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Pictures of what a medical model sees in some test images. */
public final class MedicalPictures {

  /** How many images a picture shows. */
  public static final int IMAGES = 6;

  private static final int COLUMN_WIDTH = 150;

  private static final int RGB = 3;

  /** Colours of the classes of a pixel, from the background on. */
  private static final double[][] COLOURS = {
    {0, 0, 0},
    {0.95, 0.65, 0.25},
    {0.35, 0.3, 0.9},
    {0.2, 0.75, 0.45},
    {0.85, 0.25, 0.35},
    {0.7, 0.7, 0.7}
  };

  private final MedicalModel model;
  private final DataSet data;
  private final SegmentationLabels layout;
  private final List<MedicalPrediction> predictions;
  private final int scale;

  /**
   * Looks at test images.
   *
   * @param model a trained one
   * @param data a few images with labels
   * @param layout of the labels
   */
  public MedicalPictures(MedicalModel model, DataSet data, SegmentationLabels layout) {
    this.model = model;
    this.data = data;
    this.layout = layout;
    predictions = model.predictBatch(data.getFeatures());
    scale = (COLUMN_WIDTH - 1) / layout.width() + 1;
  }

  /** Images, true masks and predicted ones, one above the other. */
  public void segmentation(Path file) throws IOException {
    ImageGrid grid = new ImageGrid(scale).words("", titles());
    grid.row("image", images());
    List<INDArray> truth = new ArrayList<>();
    List<INDArray> predicted = new ArrayList<>();
    INDArray masks = layout.mask(data.getLabels());
    for (int i = 0; i < predictions.size(); i++) {
      truth.add(coloured(Nd4j.argMax(masks.slice(i), 0)));
      predicted.add(coloured(predictions.get(i).mask().orElseThrow()));
    }
    grid.row("truth", truth);
    grid.row("prediction", predicted);
    grid.write(file);
  }

  /** Images, what supports the predicted diagnosis, and the reconstructions from the capsules. */
  public void explanation(Path file) throws IOException {
    ImageGrid grid = new ImageGrid(scale).words("", titles());
    grid.row("image", images());
    List<INDArray> heat = new ArrayList<>();
    List<INDArray> drawn = new ArrayList<>();
    for (int i = 0; i < predictions.size(); i++) {
      INDArray image = data.getFeatures().slice(i);
      Explanation explanation = model.explain(image, predictions.get(i).label().orElseThrow());
      heat.add(Tiles.heated(image, explanation.heatMap()));
      explanation.reconstruction().ifPresent(drawn::add);
    }
    grid.row("coupling", heat);
    if (!drawn.isEmpty()) {
      grid.row("drawn", drawn);
    }
    grid.write(file);
  }

  private List<INDArray> images() {
    List<INDArray> images = new ArrayList<>();
    for (int i = 0; i < predictions.size(); i++) {
      images.add(data.getFeatures().slice(i));
    }
    return images;
  }

  /** The prediction, and where it is wrong also the truth; nothing without a diagnosis. */
  private List<String> titles() {
    List<String> titles = new ArrayList<>();
    if (layout.classNames().isEmpty()) {
      return titles;
    }
    INDArray truth = layout.diagnosis(data.getLabels());
    for (int i = 0; i < predictions.size(); i++) {
      int predicted = predictions.get(i).label().orElseThrow();
      String name = layout.classNames().get(predicted);
      titles.add(truth.getDouble(i, predicted) == 1 ? name : "wrong: " + name);
    }
    return titles;
  }

  private static INDArray coloured(INDArray mask) {
    INDArray picture = Nd4j.zeros(DataType.FLOAT, RGB, mask.size(0), mask.size(1));
    for (long y = 0; y < mask.size(0); y++) {
      for (long x = 0; x < mask.size(1); x++) {
        double[] colour = COLOURS[(int) mask.getDouble(y, x) % COLOURS.length];
        for (int c = 0; c < RGB; c++) {
          picture.putScalar(new long[] {c, y, x}, colour[c]);
        }
      }
    }
    return picture;
  }
}
