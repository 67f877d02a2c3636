package org.capsnet.model.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.capsnet.data.SampleIterator;
import org.capsnet.data.SampleSource;
import org.capsnet.data.detection.Box;
import org.capsnet.data.detection.DetectionSample;
import org.capsnet.data.detection.LabeledBox;
import org.capsnet.data.picture.ByteImage;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.metric.Detection;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.train.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class ObjectDetectorTest {

  private static final List<DetectionSample> SCENES = Detectors.scenes(12);

  @TempDir private Path folder;

  private static Detector net(boolean grid) {
    return grid ? Detectors.grid().build(1) : Detectors.dense().build(1);
  }

  private static ObjectDetector trained(boolean grid, int epochs) {
    Detector net = net(grid);
    SampleIterator<DetectionSample> batches =
        SampleIterator.builder(SampleSource.of(SCENES), net.encoder(Detectors.NAMES), 6)
            .shuffle()
            .seed(1)
            .build();
    Trainer.of(DetectionObjective.standard(net))
        .updater(new Adam(0.01))
        .epochs(epochs)
        .fit(batches);
    return new ObjectDetector(net, Detectors.NAMES);
  }

  private static INDArray images() {
    return SampleIterator.builder(
            SampleSource.of(SCENES), net(false).encoder(Detectors.NAMES), SCENES.size())
        .build()
        .next()
        .getFeatures();
  }

  // ---------------------------------------------------------------- what it says

  /**
   * In each of 4 × 6 cells class 0 with a length of 0.8 and class 1 with one of 0.2; boxes as large
   * as half a cell, so that none overlap.
   */
  @Test
  void eachCellAndClassIsADetectionWithTheLengthOfItsCapsule() {
    GridCapsuleDetector net = Detectors.grid().build(0);
    Detectors.zeroBut(net, "classes.votes.bias", 2, 0, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0);
    double width = Math.log((1.0 / 12) / (1 - 1.0 / 12));
    double height = Math.log((1.0 / 8) / (1 - 1.0 / 8));
    Detectors.set(net, "boxes.layers.2.bias", 0, 0, width, height, 40, -40, width, height);
    ObjectDetector detector = new ObjectDetector(net, Detectors.NAMES);
    INDArray image = SCENES.get(0).image().toArray();

    List<Detection> sure = detector.predict(image);
    assertThat(sure).hasSize(24).allMatch(found -> found.label() == 0);
    assertThat(sure).allSatisfy(d -> assertThat(d.score()).isCloseTo(0.8, within(1e-5)));
    Detection ninth = sure.get(8); // of equal scores in the order of the cells: row 1, column 2
    assertBox(ninth.box(), 2.5 / 6, 1.5 / 4, 1.0 / 12, 1.0 / 8);

    List<Detection> all = detector.with(new NonMaximumSuppression(0.5, 0.1)).predict(image);
    assertThat(all).hasSize(48);
    Detection last = all.get(24 + 6 + 5); // class 1, row 1, column 5: from its right upper corner
    assertThat(last.label()).isEqualTo(1);
    assertThat(last.score()).isCloseTo(0.2, within(1e-4));
    // The centre is half a cell over the border, and so is one half of the box and a cell's rest.
    assertThat(last.box().right()).isEqualTo(1);
    assertThat(last.box().centerY()).isCloseTo(0.5 / 4, within(1e-6));
  }

  private static void assertBox(Box box, double x, double y, double width, double height) {
    assertThat(box.centerX()).isCloseTo(x, within(1e-6));
    assertThat(box.centerY()).isCloseTo(y, within(1e-6));
    assertThat(box.width()).isCloseTo(width, within(1e-6));
    assertThat(box.height()).isCloseTo(height, within(1e-6));
  }

  @Test
  void ofOverlappingDetectionsTheSurestStays() {
    GridCapsuleDetector net = Detectors.grid().build(0);
    Detectors.zeroBut(net, "classes.votes.bias", 2, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0);
    Detectors.set(net, "boxes.layers.2.bias", 0, 0, 9, 9, 0, 0, 9, 9); // all nearly the whole image
    ObjectDetector detector = new ObjectDetector(net, Detectors.NAMES);
    List<Detection> found =
        detector.with(new NonMaximumSuppression(0.3, 0.5)).predict(SCENES.get(0).image().toArray());
    assertThat(found.stream().map(Detection::label).toList()).startsWith(1).contains(0);
    assertThat(found).hasSizeLessThan(12);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void learnsAHandfulOfScenes(boolean grid) throws IOException {
    ObjectDetector detector = trained(grid, 200);
    assertThat(detector.evaluate(SampleSource.of(SCENES)).pascal(0.5).mean()).isGreaterThan(0.95);
    for (DetectionSample scene : SCENES) {
      List<Detection> found = detector.predict(scene.image().toArray());
      assertThat(found).hasSize(2);
      for (Detection one : found) {
        Box truth = scene.objects().get(one.label()).box();
        assertThat(one.box().intersectionOverUnion(truth)).isGreaterThan(0.5);
      }
    }
    Path file = folder.resolve("detector.safetensors");
    detector.save(file);
    ObjectDetector loaded = ObjectDetector.load(file);
    assertThat(loaded.classNames()).isEqualTo(Detectors.NAMES);
    assertThat(loaded.predictBatch(images())).isEqualTo(detector.predictBatch(images()));
  }

  @Test
  void aPictureFileIsStretched() throws IOException {
    ObjectDetector detector = trained(false, 3).with(new NonMaximumSuppression(1, 0));
    ByteImage image = SCENES.get(0).image();
    BufferedImage picture = new BufferedImage(24, 16, BufferedImage.TYPE_BYTE_GRAY);
    picture.getRaster().setDataElements(0, 0, 24, 16, image.bytes());
    Path file = folder.resolve("scene.png");
    ImageIO.write(picture, "png", file.toFile());
    assertThat(detector.predict(file)).hasSize(2).isEqualTo(detector.predict(image.toArray()));
  }

  /** Average precision takes the unsure detections too, whatever the least score is. */
  @Test
  void evaluatesAllDetectionsOfAllSamples() {
    ObjectDetector detector = trained(false, 3).with(new NonMaximumSuppression(0.5, 0.999));
    List<DetectionSample> many = Detectors.scenes(70);
    assertThat(detector.predictBatch(images())).allMatch(List::isEmpty);
    var judged = detector.evaluate(SampleSource.of(many)).pascal(0.01).classes();
    for (int label = 0; label < 2; label++) {
      assertThat(judged.get(label).objects()).isEqualTo(70);
      assertThat(judged.get(label).curve()).hasSize(70);
    }
  }

  // ---------------------------------------------------------------- threads

  @Test
  void threadsDetectWhatOneDoes() throws Exception {
    ObjectDetector detector = trained(true, 10).with(new NonMaximumSuppression(0.5, 0.05));
    INDArray images = images();
    List<List<Detection>> expected = detector.predictBatch(images);
    assertThat(expected).anyMatch(found -> !found.isEmpty());
    int threads = 4;
    CyclicBarrier together = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Boolean>> all = new ArrayList<>();
      Callable<Boolean> reader =
          () -> {
            together.await();
            boolean equal = true;
            for (int i = 0; i < 3; i++) {
              equal &= detector.predictBatch(images).equals(expected);
            }
            return equal;
          };
      for (int t = 0; t < threads; t++) {
        all.add(pool.submit(reader));
      }
      for (Future<Boolean> one : all) {
        assertThat(one.get()).isTrue();
      }
    } finally {
      pool.shutdown();
    }
  }

  // ---------------------------------------------------------------- bad input

  @Test
  void refusesWhatDoesNotFit() {
    Detector net = net(false);
    assertThatThrownBy(() -> new ObjectDetector(net, List.of("one")))
        .hasMessage("class names: expected 2, got 1");
    ObjectDetector detector = new ObjectDetector(net, Detectors.NAMES);
    assertThatThrownBy(() -> detector.predict(Nd4j.zeros(16, 24)))
        .hasMessage("image: expected [1, 16, 24], got [16, 24]");
    assertThatThrownBy(() -> detector.predictBatch(Nd4j.ones(2, 1, 16, 24).mul(255)))
        .hasMessage("images: expected values from 0 to 1, got 255.0 to 255.0");
    DetectionSample small = new DetectionSample(new ByteImage(new byte[4], 1, 2, 2), List.of());
    assertThatThrownBy(() -> detector.evaluate(SampleSource.of(List.of(small))))
        .hasMessage("image: expected [1, 16, 24], got [1, 2, 2]");
    DetectionSample other =
        new DetectionSample(SCENES.get(0).image(), List.of(new LabeledBox(7, Box.IMAGE, false)));
    assertThatThrownBy(() -> detector.evaluate(SampleSource.of(List.of(other))))
        .hasMessage("label: expected 0 to 1, got 7");
    net.network().train();
    assertThatThrownBy(() -> detector.predict(SCENES.get(0).image().toArray()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the network is in training mode: call eval() first");
  }

  @Test
  void filesOfOtherThingsAreRefused() throws IOException {
    Path file = folder.resolve("net.safetensors");
    Detectors.grid().build(0).save(file);
    assertThatThrownBy(() -> ObjectDetector.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            file
                + ": holds a network alone, which Network.load reads: its metadata lacks"
                + " capsnet.classes");
    Map<String, String> oneName = new HashMap<>(Detectors.grid().build(0).metadata());
    oneName.put("capsnet.classes", "[\"a\"]");
    Safetensors.write(file, Detectors.grid().build(0).state(), oneName);
    assertThatThrownBy(() -> ObjectDetector.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(file + ": class names: expected 2, got 1");
    Safetensors.write(file, Map.of("a", Nd4j.ones(2)), Map.of());
    assertThatThrownBy(() -> ObjectDetector.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(file + ": holds no network: its metadata lacks capsnet.network");
    CapsNet.Config.paper()
        .with("image", new ImageShape(1, 28, 28))
        .with("primary", new Primary(1, 2, 9, 2))
        .with("decoder", null)
        .build(0)
        .save(file);
    assertThatThrownBy(() -> ObjectDetector.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(file + ": holds a CapsNet, which is no Detector");
  }
}
