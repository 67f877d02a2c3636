package stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.capsnet.data.ImageFolder;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.OnFault;
import org.capsnet.data.RandomShift;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.Prediction;
import org.capsnet.model.classification.TrainingOptions;
import org.capsnet.train.Checkpointing;
import org.capsnet.train.EarlyStopping;
import org.capsnet.train.History;
import org.capsnet.train.Metric;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.evaluation.classification.Evaluation;

/**
 * Images of one's own, from a folder to a prediction. {@code docs/own-images.md} takes its code
 * from here.
 */
class OwnImagesTest {

  @TempDir private Path work;

  /** Writes a picture file for each drawing, in a folder of its class. */
  private static void write(LabeledImages images, Path folder) throws IOException {
    for (int i = 0; i < images.count(); i++) {
      BufferedImage picture =
          new BufferedImage(Drawing.SIDE, Drawing.SIDE, BufferedImage.TYPE_BYTE_GRAY);
      picture
          .getRaster()
          .setDataElements(0, 0, Drawing.SIDE, Drawing.SIDE, images.byteImage(i).bytes());
      Path inClass =
          Files.createDirectories(folder.resolve(images.classNames().get(images.label(i))));
      ImageIO.write(picture, "png", inClass.resolve(i + ".png").toFile());
    }
  }

  @Test
  void fromFolderToPrediction() throws IOException {
    Path folder = work.resolve("drawings");
    Path file = work.resolve("drawings.safetensors");
    Path unknown = work.resolve("unknown").resolve("cross").resolve("0.png");
    write(Drawing.images(90, 1, Drawing.BAR, Drawing.CROSS, Drawing.DISC), folder);
    write(Drawing.images(1, 9, Drawing.CROSS), work.resolve("unknown"));
    Files.writeString(folder.resolve("bar").resolve("broken.png"), "no picture");

    ImageFolder.Result read = ImageFolder.read(folder, 1, 36, 36, OnFault.SKIP);
    LabeledImages.Split apart = read.images().split(0.8, 1); // the rest is for the test alone
    LabeledImages.Split split = apart.first().split(0.75, 1);
    assertThat(read.unreadable()).containsOnlyKeys(folder.resolve("bar").resolve("broken.png"));

    TrainingOptions options =
        TrainingOptions.epochs(20)
            .batch(16)
            .augmentation(new RandomShift(2))
            .balanced()
            .trainer(
                t ->
                    t.earlyStopping(EarlyStopping.on(Metric.VALIDATION_ACCURACY, 5).restoringBest())
                        .checkpoints(Checkpointing.in(work.resolve("run")))
                        .resumeIfPresent())
            .quiet();

    ImageClassifier classifier = ImageClassifier.forImages(read.images());
    History history = classifier.train(split.first(), split.second(), options);
    Evaluation evaluation = classifier.evaluate(apart.second());
    classifier.save(file);

    assertThat(history.epochs()).isNotEmpty();
    assertThat(evaluation.accuracy()).isGreaterThan(0.8);

    ImageClassifier loaded = ImageClassifier.load(file);
    Prediction prediction = loaded.predict(unknown);

    assertThat(prediction.className()).isEqualTo("cross");
    assertThat(prediction.confidence()).isBetween(0.3, 1.0);
  }
}
