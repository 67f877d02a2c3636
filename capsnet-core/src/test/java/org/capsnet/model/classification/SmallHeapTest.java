package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.capsnet.testing.ForkedJvm;
import org.junit.jupiter.api.Test;

class SmallHeapTest {

  /** The weights as predictions like them best take 150 MiB of the heap: they are done without. */
  @Test
  void whatTrainsOnASmallHeapPredictsOnIt() throws Exception {
    ForkedJvm.Outcome outcome =
        ForkedJvm.run(
            SmallHeapMain.class,
            List.of(
                "-Xmx192m",
                "-Dorg.bytedeco.javacpp.maxbytes=0",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"));
    assertThat(outcome.status()).as("%s", outcome.lines()).isZero();
    assertThat(outcome.lines()).contains("done");
  }
}
