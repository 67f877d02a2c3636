package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.capsnet.capsule.Routing;
import org.capsnet.data.IdxReader;
import org.capsnet.io.WrittenForm;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.nn.Init;
import org.capsnet.routing.DynamicRouting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/** What is written, by file name or content, is the same in every language's way with numbers. */
class LocaleTest {

  @TempDir private Path folder;

  private final Locale before = Locale.getDefault();

  @AfterEach
  void restore() {
    Locale.setDefault(before);
  }

  private static TinyModel model() {
    return new TinyModel(2, 4, 2, 0, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ar-EG", "de-DE"})
  void checkpointsAreNamedFoundAndPruned(String tag) {
    Locale.setDefault(Locale.forLanguageTag(tag));
    Trainer trainer =
        Trainer.of(model()).epochs(3).checkpoints(Checkpointing.in(folder).keepLast(1));
    trainer.fit(new ShuffledBatches(Batches.circle(2, 4, 1)));
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("best.safetensors", "checkpoint-000000006.safetensors");
    History resumed = trainer.resume().fit(new ShuffledBatches(Batches.circle(2, 4, 1)));
    assertThat(resumed.epochs()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ar-EG", "de-DE"})
  void aRoutingIsReadAsItWasWritten(String tag) {
    Locale.setDefault(Locale.forLanguageTag(tag));
    Routing routing = new DynamicRouting(3);
    String written = WrittenForm.write(routing);
    assertThat(written).startsWith("{\"kind\":\"dynamic\",\"iterations\":3,\"leaky\":false,");
    assertThat(WrittenForm.read("a routing", written, Routing.class)).isEqualTo(routing);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ar-EG", "de-DE"})
  void aSummaryIsTheSame(String tag) {
    Locale.setDefault(Locale.ROOT);
    String expected =
        CapsNet.Config.paper().build(Init.shapesOnly(DataType.FLOAT)).summary().toString();
    Locale.setDefault(Locale.forLanguageTag(tag));
    assertThat(CapsNet.Config.paper().build(Init.shapesOnly(DataType.FLOAT)).summary())
        .hasToString(expected);
  }

  @Test
  void messagesHaveTheDigitsOfTheFilesTheySpeakOf() {
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    NonFiniteSource culprit = new NonFiniteSource("parameter x", "x");
    assertThat(new DivergedException("it broke", 12, 3, culprit, Optional.empty()))
        .hasMessageStartingWith("step 12 (epoch 3): it broke;");
    byte[] labels = {0, 0, 8, 1};
    assertThatThrownBy(
            () ->
                IdxReader.read(
                    "images",
                    new ByteArrayInputStream(labels),
                    "labels",
                    new ByteArrayInputStream(labels),
                    List.of("a")))
        .hasMessageContaining("expected IDX images (magic number 2051)");
  }
}
