package org.capsnet.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.capsnet.data.medical.SyntheticCells;
import org.capsnet.io.WrittenForm;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.detection.CapsuleDetector;
import org.capsnet.model.detection.DetectorSizes;
import org.capsnet.model.detection.GridCapsuleDetector;
import org.capsnet.model.detection.ObjectDetector;
import org.capsnet.model.medical.MedicalCapsNet;
import org.capsnet.model.medical.MedicalModel;
import org.capsnet.model.medical.SegCaps;
import org.capsnet.model.medical.SegCaps.Level;

/** Model files of each kind: as bytes, and with another header of the right length. */
final class Models {

  private Models() {}

  /** Writes a file. */
  private interface Saving {
    void save(Path file) throws IOException;
  }

  static List<Target> all() throws IOException {
    List<Target> all = new ArrayList<>();
    add(all, "classifier", classifier()::save, file -> ImageClassifier.load(file));
    for (ObjectDetector detector : detectors()) {
      String name = detector.net() instanceof GridCapsuleDetector ? "grid-detector" : "detector";
      add(all, name, detector::save, file -> ObjectDetector.load(file));
    }
    add(all, "medical", medical()::save, file -> MedicalModel.load(file));
    add(all, "segcaps", segCaps()::save, file -> MedicalModel.load(file));
    addEarlier(all, "capsnet", file -> ImageClassifier.load(file));
    addEarlier(all, "detector", file -> ObjectDetector.load(file));
    addEarlier(all, "grid-detector", file -> ObjectDetector.load(file));
    addEarlier(all, "medical", file -> MedicalModel.load(file));
    addEarlier(all, "segcaps", file -> MedicalModel.load(file));
    all.add(architectures());
    return all;
  }

  /** The text alone, in which changes hit more than in a whole file. */
  private static Target architectures() {
    List<byte[]> seeds = new ArrayList<>();
    for (Map<String, String> metadata :
        List.of(
            classifier().metadata(),
            detectors().get(0).metadata(),
            detectors().get(1).metadata(),
            medical().metadata(),
            segCaps().metadata())) {
      seeds.add(metadata.get("capsnet.network").getBytes(UTF_8));
    }
    return new Target(
        "architecture",
        seeds,
        (folder, input) -> {
          try {
            WrittenForm.read("an architecture", new String(input, UTF_8), Record.class);
          } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
          }
        });
  }

  /** The file of a model as the first version wrote it, with other headers. */
  private static void addEarlier(List<Target> all, String name, Saving load) throws IOException {
    byte[] seed;
    try (InputStream in =
        Models.class.getResourceAsStream("/saved/first/" + name + ".safetensors")) {
      seed = Objects.requireNonNull(in, name).readAllBytes();
    }
    all.add(
        new Target(
            "earlier-" + name,
            List.of(Readers.header(seed)),
            (folder, header) ->
                load.save(Files.write(folder.resolve("model"), Readers.withHeader(seed, header)))));
  }

  private static void add(List<Target> all, String name, Saving model, Saving load)
      throws IOException {
    Path file = Files.createTempFile("seed", ".safetensors");
    model.save(file);
    byte[] seed = Files.readAllBytes(file);
    Files.delete(file);
    Target bytes =
        new Target(
            name,
            List.of(seed),
            (folder, input) -> load.save(Files.write(folder.resolve("model"), input)));
    all.add(bytes);
    all.add(
        bytes.named(
            name + "-header",
            List.of(Readers.header(seed)),
            header -> Readers.withHeader(seed, header)));
  }

  private static ImageClassifier classifier() {
    CapsNet net =
        CapsNet.Config.paper()
            .with("image", new ImageShape(1, 12, 12))
            .with("classes", 2)
            .with("stem", List.of(new Conv(4, 5, 1)))
            .with("primary", new Primary(2, 4, 5, 2))
            .with("classDim", 4)
            .with("decoder", List.of(8))
            .build(0);
    return new ImageClassifier(net, List.of("yes", "n\"o"));
  }

  private static List<ObjectDetector> detectors() {
    List<String> names = List.of("cat", "dog");
    DetectorSizes sizes =
        CapsuleDetector.Config.of(new ImageShape(1, 16, 16), 2)
            .with("sizes.stages", List.of(Conv.same(4, 3, 2), Conv.same(4, 3, 2)))
            .with("sizes.primary", Primary.same(2, 4, 3, 1))
            .with("sizes.classDim", 4)
            .with("sizes.boxHidden", 4)
            .sizes();
    return List.of(
        new ObjectDetector(new CapsuleDetector.Config(sizes, null).build(0), names),
        new ObjectDetector(new GridCapsuleDetector.Config(sizes, 1).build(0), names));
  }

  private static MedicalModel medical() {
    MedicalCapsNet net =
        MedicalCapsNet.Config.of(new ImageShape(1, 16, 16), 2, 3)
            .with("stages", List.of(Conv.same(4, 3, 1), Conv.same(4, 3, 2)))
            .with("primary", Primary.same(2, 4, 3, 2))
            .with("classDim", 4)
            .build(0);
    return new MedicalModel(net, List.of("benign", "malignant"), SyntheticCells.MASK_NAMES, false);
  }

  private static MedicalModel segCaps() {
    SegCaps net =
        SegCaps.Config.of(new ImageShape(1, 16, 16), 3)
            .with("stem", Conv.same(4, 3, 1))
            .with("kernel", 3)
            .with("levels", List.of(new Level(1, 4), new Level(2, 4), new Level(2, 4)))
            .with("masks", 3)
            .with("maskDim", 4)
            .build(0);
    return new MedicalModel(net, List.of(), SyntheticCells.MASK_NAMES, false);
  }
}
