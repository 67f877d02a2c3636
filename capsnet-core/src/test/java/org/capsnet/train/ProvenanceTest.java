package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.capsnet.data.Augmentation;
import org.capsnet.data.ImageIterator;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Prefetching;
import org.capsnet.data.RandomShift;
import org.capsnet.data.SeekableIterator;
import org.capsnet.io.Architectures;
import org.capsnet.io.Safetensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/** A checkpoint is taken up by the training that wrote it, and by no other. */
class ProvenanceTest {

  private static final int IMAGES = 24;
  private static final int BATCH = 8;

  @TempDir private Path folder;

  private static TinyModel model() {
    return new TinyModel(2, 8, 2, 0, 11);
  }

  private Trainer trainer() {
    return Trainer.of(model())
        .updater(new Adam(0.01))
        .epochs(2)
        .checkpoints(Checkpointing.in(folder).everyIterations(1))
        .maxIterations(2);
  }

  /** Images of two pixels, which {@link TinyModel} takes as points. */
  private static LabeledImages images(int seed, String... classes) {
    byte[] pixels = new byte[2 * IMAGES];
    new Random(seed).nextBytes(pixels);
    int[] labels = new int[IMAGES];
    Arrays.setAll(labels, i -> i % 2);
    return new LabeledImages(pixels, 1, 1, 2, labels, List.of(classes));
  }

  private static LabeledImages images() {
    return images(1, "cat", "dog");
  }

  private static Flat data(LabeledImages images, Augmentation change, long seed) {
    return new Flat(
        ImageIterator.builder(images, BATCH)
            .dataType(DataType.DOUBLE)
            .augment(change)
            .shuffle()
            .seed(seed)
            .build());
  }

  private static Flat data() {
    return data(images(), new RandomShift(0), 3);
  }

  private void begin() {
    trainer().fit(data(), data());
  }

  private void assertRefused(DataSetIterator train, DataSetIterator validation, String... why) {
    assertThatIllegalStateException()
        .isThrownBy(() -> trainer().resume().fit(train, validation))
        .withMessage(
            folder.resolve("checkpoint-000000002.safetensors")
                + " is a checkpoint of another training: "
                + String.join("; ", why));
  }

  // ---------------------------------------------------------------- what the data say

  @Test
  void theSameDataAreTakenUpAlsoWhenTheyAreMadeAhead() {
    begin();
    History history = trainer().resume().maxIterations(4).fit(data(), data());
    assertThat(history.iterations()).isEqualTo(4);
    ImageIterator batches = ImageIterator.builder(images(), BATCH).shuffle().seed(3).build();
    assertThat(((SeekableIterator) Prefetching.of(batches)).provenance())
        .isEqualTo(batches.provenance())
        .containsKeys("classes", "count", "image digest", "augmentation", "order", "seed");
  }

  @Test
  void renamedClassesAreNamed() {
    begin();
    LabeledImages renamed = images(1, "cat", "wolf");
    assertRefused(
        data(renamed, new RandomShift(0), 3),
        data(renamed, new RandomShift(0), 3),
        "training data classes: expected [cat, wolf], got [cat, dog]",
        "validation data classes: expected [cat, wolf], got [cat, dog]");
  }

  @Test
  void theSeedIsNamed() {
    begin();
    assertRefused(
        data(images(), new RandomShift(0), 4), data(), "training data seed: expected 4, got 3");
  }

  @Test
  void whatIsDoneToTheImagesIsNamed() {
    begin();
    assertRefused(
        data(images(), new RandomShift(1).sometimes(0.5).then(Augmentation.none()), 3),
        data(),
        "training data augmentation: expected RandomShift[pixels=1] sometimes (0.5) then none,"
            + " got RandomShift[pixels=0]");
  }

  /** Another split puts images of the test among those that are trained on. */
  @Test
  void otherImagesAreNoticed() {
    begin();
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                trainer()
                    .resume()
                    .fit(data(images(2, "cat", "dog"), new RandomShift(0), 3), data()))
        .withMessageContaining("another training: training data image digest: expected ");
  }

  @Test
  void aLambdaSaysTheSameInEveryProcess() {
    Augmentation mine = (image, channels, height, width, random) -> {};
    Augmentation other = (image, channels, height, width, random) -> image[0] = 0;
    String text = data(images(), mine, 3).provenance().get("augmentation");
    assertThat(text).isEqualTo(getClass().getName() + ".lambda");
    assertThat(data(images(), other.then(mine), 3).provenance().get("augmentation"))
        .isEqualTo(text + " then " + text);
  }

  // ---------------------------------------------------------------- what the caller says

  @Test
  void eachFactThatDiffersIsNamed() {
    trainer().provenance(Map.of("seed", "1", "split", "0.8", "old", "x")).fit(data(), data());
    Map<String, String> other = Map.of("seed", "2", "split", "0.8", "new", "y");
    assertThatIllegalStateException()
        .isThrownBy(() -> trainer().provenance(other).resume().fit(data(), data()))
        .withMessageEndingWith(
            "another training: new: expected y, got nothing; old: expected nothing, got x;"
                + " seed: expected 2, got 1");
  }

  @Test
  void ofALongValueThePartThatDiffersIsShown() {
    String long1 = "a".repeat(200) + "1" + "b".repeat(200);
    String long2 = "a".repeat(200) + "2" + "b".repeat(200);
    assertThat(Provenance.phrase("text", long1, long2))
        .isEqualTo(
            "text: expected …%1$s1%2$s…, got …%1$s2%2$s…"
                .formatted("a".repeat(20), "b".repeat(59)));
  }

  @Test
  void everyCheckpointHasTheMetadataAsTheyAre() throws IOException {
    Map<String, String> text = Map.of("capsnet.architecture", "{}", "capsnet.classes", "[]");
    trainer().metadata(text).maxIterations(3).fit(data(), data());
    for (String name : List.of("checkpoint-000000003.safetensors", "best.safetensors")) {
      assertThat(Safetensors.read(folder.resolve(name)).metadata()).containsAllEntriesOf(text);
    }
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                trainer()
                    .metadata(Map.of("capsnet.architecture", "{1}"))
                    .resume()
                    .fit(data(), data()))
        .withMessageEndingWith("another training: capsnet.architecture: expected {1}, got {}");
  }

  @Test
  void metadataThatWouldSpoilACheckpointAreRefusedBeforeTheTraining() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trainer().metadata(Map.of("epoch", "7")).fit(data(), data()))
        .withMessage("metadata: a checkpoint has a meaning of its own for the key epoch");
    assertThat(folder).isEmptyDirectory();
  }

  // ---------------------------------------------------------------- earlier versions

  private static final String SEGCAPS =
      "{\"channels\":1,\"height\":3,\"width\":4,"
          + "\"stem\":{\"channels\":2,\"kernel\":3,\"stride\":1},\"kernel\":3,"
          + "\"levels\":[{\"types\":1,\"dim\":2},{\"types\":2,\"dim\":3}],"
          + "\"routing\":\"dynamic(iterations=3, leaky=false, lastOnly=false, biased=true)\","
          + "\"masks\":2,\"maskDim\":2,\"type\":\"FLOAT\"}";

  /** An architecture is the same whichever version wrote it down. */
  @Test
  void anArchitectureThatTheFirstVersionWroteIsComparedAsItWouldBeWrittenNow() {
    Map<String, String> earlier = Map.of("capsnet.segcaps", SEGCAPS);
    trainer().metadata(earlier).maxIterations(2).fit(data(), data());
    Map<String, String> other =
        Architectures.rewrite(Map.of("capsnet.segcaps", SEGCAPS.replace("=3", "=2")));
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                trainer()
                    .metadata(Map.of(Architectures.KEY, other.get(Architectures.KEY)))
                    .resume()
                    .fit(data(), data()))
        .withMessageContaining("another training: capsnet.network: expected …")
        .withMessageContaining("\"iterations\":2");
    String same = Architectures.rewrite(earlier).get(Architectures.KEY);
    Trainer resumed = trainer().metadata(Map.of(Architectures.KEY, same)).resume();
    assertThat(resumed.maxIterations(4).fit(data(), data()).iterations()).isEqualTo(4);
  }

  /** Makes of a checkpoint one as the version before wrote it. */
  private void makeSilent() throws IOException {
    Path file = folder.resolve("checkpoint-000000002.safetensors");
    Safetensors.Contents contents = Safetensors.read(file);
    Map<String, String> text = new LinkedHashMap<>(contents.metadata());
    text.keySet().removeIf(key -> key.startsWith("run.") || key.equals("checksum"));
    text.put("capsnet.checkpoint", "3");
    text.put("checksum", Checksum.of(contents.tensors(), new LinkedHashMap<>(text)));
    Safetensors.write(file, contents.tensors(), text);
  }

  @Test
  void oneOfTheVersionBeforeIsTakenUpByATrainingThatStatesNothing() throws IOException {
    begin();
    makeSilent();
    assertThat(trainer().resume().maxIterations(4).fit(data(), data()).iterations()).isEqualTo(4);
  }

  @Test
  void oneOfTheVersionBeforeIsRefusedWhereItCannotBeCompared() throws IOException {
    begin();
    makeSilent();
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                trainer()
                    .provenance(Map.of("seed", "1"))
                    .metadata(Map.of("capsnet.classes", "[]"))
                    .resume()
                    .fit(data(), data()))
        .withMessage(
            folder.resolve("checkpoint-000000002.safetensors")
                + " was written by an earlier version, which did not keep seed, capsnet.classes:"
                + " whether it is of this training cannot be known");
  }
}
