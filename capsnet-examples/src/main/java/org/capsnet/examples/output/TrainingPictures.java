package org.capsnet.examples.output;

import java.io.IOException;
import java.nio.file.Path;
import org.capsnet.data.LabeledImages;
import org.capsnet.model.Reconstructor;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.train.History;

/** What a training of a classifier shows at its end. */
public final class TrainingPictures {

  private TrainingPictures() {}

  /** Draws the curves and, of a network with a decoder, what that draws of test images. */
  public static void draw(ImageClassifier classifier, History history, LabeledImages test, Path out)
      throws IOException {
    DecoderPictures decoder = new DecoderPictures(classifier, test);
    Pictures pictures = new Pictures();
    pictures.draw(out.resolve("curves.png"), file -> Curves.write(file, history.epochs()));
    if (classifier.ability() instanceof Reconstructor net && net.reconstructs()) {
      pictures.draw(out.resolve("reconstructions.png"), decoder::reconstructions);
      pictures.draw(out.resolve("perturbations.png"), decoder::perturbations);
    } else {
      System.out.println("no reconstructions: this network has no decoder");
    }
    pictures.report();
  }
}
