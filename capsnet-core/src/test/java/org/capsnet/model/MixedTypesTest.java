package org.capsnet.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.capsnet.io.Kinds;
import org.capsnet.nn.Init;
import org.capsnet.nn.Linear;
import org.capsnet.nn.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

/** A network is of the type of its parameters, whatever its buffers are of. */
class MixedTypesTest {

  /** Of a layer, and a buffer in floats. */
  record Config() implements Architecture<Mixed, Config> {

    @Override
    public Shape input() {
      return Shape.of(3);
    }

    @Override
    public Mixed build(Init init) {
      return new Mixed(this, init);
    }
  }

  private static final class Mixed extends Network<Config> {

    Mixed(Config config, Init init) {
      super(config, init);
      child("layer", new Linear(config.input(), 2, init));
      buffer("scale", init.constant(1.5, DataType.FLOAT, 1));
    }
  }

  @Test
  void aBufferOfFloatsLeavesDoublesAsTheyAre(@TempDir Path folder) throws Exception {
    Kinds.register("mixed-types-test", Config.class);
    Path file = folder.resolve("mixed.safetensors");
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      Network<?> net = new Config().build(Init.seed(1).type(type));
      net.save(file);
      Network<?> loaded = Network.load(file);
      assertThat(loaded.type()).isEqualTo(type);
      assertThat(loaded.state()).isEqualTo(net.state());
    }
  }
}
