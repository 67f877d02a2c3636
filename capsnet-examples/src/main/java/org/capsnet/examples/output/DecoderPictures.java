package org.capsnet.examples.output;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.capsnet.data.LabeledImages;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.Prediction;
import org.capsnet.model.insight.Perturbation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Pictures that a trained decoder draws from capsules. */
public final class DecoderPictures {

  private static final int COLUMNS = 20;
  private static final int PICTURE_WIDTH = 1200;

  private final ImageClassifier classifier;
  private final LabeledImages images;

  public DecoderPictures(ImageClassifier classifier, LabeledImages images) {
    this.classifier = classifier;
    this.images = images;
  }

  /**
   * Draws the first images of each class, and under each what the decoder draws from its capsule.
   */
  public void reconstructions(Path file) throws IOException {
    List<Integer> chosen = firstOfEachClass();
    List<INDArray> originals = chosen.stream().map(images::image).toList();
    List<Prediction> predictions =
        originals.stream().map(image -> classifier.predict(image)).toList();
    new ImageGrid(scale(chosen.size()))
        .words("", predictions.stream().map(Prediction::className).toList())
        .row("image", originals)
        .row("drawn", predictions.stream().map(p -> p.reconstruction().orElseThrow()).toList())
        .write(file);
  }

  /** Varies each dimension of the longest capsule of one image, one row per dimension. */
  public void perturbations(Path file) throws IOException {
    INDArray image = surestImage();
    INDArray one = image.reshape('c', 1, image.size(0), image.size(1), image.size(2));
    INDArray drawn = Perturbation.of(classifier.ability(), one, Perturbation.PAPER);
    List<String> columns =
        Perturbation.PAPER.stream().map(x -> String.format(Locale.ROOT, "%+.2f", x)).toList();
    ImageGrid grid = new ImageGrid(scale(columns.size() + 1)).words("", columns);
    for (int d = 0; d < drawn.size(0); d++) {
      INDArray pictures = drawn.slice(d);
      grid.row(
          "dim " + d,
          IntStream.range(0, columns.size())
              .mapToObj(k -> pictures.slice(k).reshape('c', image.shape()))
              .toList());
    }
    grid.write(file);
  }

  private INDArray surestImage() {
    INDArray surest = null;
    double most = -1;
    for (int i : firstOfEachClass()) {
      INDArray image = images.image(i);
      Prediction prediction = classifier.predict(image);
      if (prediction.label() == images.label(i) && prediction.confidence() > most) {
        most = prediction.confidence();
        surest = image;
      }
    }
    return surest == null ? images.image(0) : surest;
  }

  private List<Integer> firstOfEachClass() {
    int each = Math.max(1, COLUMNS / images.classes());
    int[] taken = new int[images.classes()];
    List<Integer> chosen = new ArrayList<>();
    for (int label = 0; label < images.classes() && chosen.size() < COLUMNS; label++) {
      for (int i = 0; i < images.count() && taken[label] < each; i++) {
        if (images.label(i) == label) {
          taken[label]++;
          chosen.add(i);
        }
      }
    }
    return chosen;
  }

  private int scale(int columns) {
    return Math.max(1, PICTURE_WIDTH / (columns * images.width()));
  }
}
