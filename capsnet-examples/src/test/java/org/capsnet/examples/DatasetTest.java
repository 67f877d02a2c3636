package org.capsnet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.picture.ByteImage;
import org.capsnet.examples.digits.Dataset;
import org.capsnet.examples.digits.DigitFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets by name, from files that are written here. */
class DatasetTest {

  private static final int PAIRS = 20;

  @TempDir private Path folder;

  @Test
  void affnistIsTranslatedDigitsAndChangedOnes() throws IOException {
    DigitFiles.Pair digits = Dataset.MNIST.bundled(1);
    DigitFiles.Pair changed = Dataset.AFFNIST.bundled(1);
    assertThat(changed.train().count()).isEqualTo(10_000);
    assertThat(changed.train().byteImage(7).cropped(6, 6, 28, 28))
        .isEqualTo(digits.train().byteImage(7));
    assertThat(changed.test().height()).isEqualTo(40);
    assertThat(changed.test().classCounts()).isEqualTo(digits.test().classCounts());
    assertThat(Dataset.AFFNIST.bundled(2).test().byteImage(0))
        .isNotEqualTo(changed.test().byteImage(0));
  }

  @Test
  void affnistIsValidatedOnDigitsThatAreMovedAsInTraining() throws IOException {
    LabeledImages centred = Dataset.AFFNIST.bundled(1).train().take(40);
    LabeledImages moved = Dataset.AFFNIST.heldOut(centred, 1);
    Set<ByteImage> places = new HashSet<>();
    for (int i = 0; i < centred.count(); i++) {
      ByteImage digit = centred.byteImage(i).cropped(6, 6, 28, 28);
      assertThat(moved.label(i)).isEqualTo(centred.label(i));
      assertThat(moved.byteImage(i).trimmed(1)).isEqualTo(digit.trimmed(1));
      places.add(moved.byteImage(i));
    }
    assertThat(places).doesNotContain(centred.byteImage(0), centred.byteImage(1)).hasSize(40);
    assertThat(Dataset.MNIST.heldOut(centred, 1)).isSameAs(centred);
  }

  @Test
  void trainsOnPairsOfImages() throws IOException {
    for (String part :
        new String[] {"5x46789x9x18x6x2x96x96-training", "5x01235x9x18x6x2x96x96-testing"}) {
      byte[] pixels = new byte[PAIRS * 2 * 96 * 96];
      int[] classes = new int[PAIRS];
      for (int i = 0; i < PAIRS; i++) {
        classes[i] = i % 5;
        int start = i * 2 * 96 * 96;
        Arrays.fill(pixels, start, start + 2 * 96 * 96, (byte) (50 * classes[i]));
      }
      int[] bytes = {0x1E3D4C55, 4, PAIRS, 2, 96, 96};
      writeNorb(part + "-dat.mat", bytes, pixels);
      int[] ofClasses = {0x1E3D4C54, 1, PAIRS, 1, 1};
      writeNorb(part + "-cat.mat", ofClasses, littleEndian(classes));
      int[] ofViews = {0x1E3D4C54, 2, PAIRS, 4, 1};
      writeNorb(part + "-info.mat", ofViews, new byte[16 * PAIRS]);
    }
    Path out = folder.resolve("out");
    Outcome outcome =
        Outcome.of(
            new MnistExample(),
            ("--dataset smallnorb --image-size 18 --epochs 1 --batch 10 --data " + folder)
                .concat(" --out " + out)
                .split(" "));
    assertThat(outcome.lastLine()).matches("test accuracy: \\d+\\.\\d\\d %");
    assertThat(outcome.out()).contains("and 20 test images of 18×18 pixels, 5 classes", "airplane");
    assertThat(out.resolve("reconstructions.png")).isNotEmptyFile();
  }

  private void writeNorb(String name, int[] header, byte[] elements) throws IOException {
    try (OutputStream file = Files.newOutputStream(folder.resolve("smallnorb-" + name))) {
      file.write(littleEndian(header));
      file.write(elements);
    }
  }

  private static byte[] littleEndian(int... words) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int word : words) {
      bytes.putInt(word);
    }
    return bytes.array();
  }

  @Test
  void coil20IsTestedOnOtherViewpoints() throws IOException {
    Path file = CoilFile.write(folder, (object, azimuth) -> new byte[1024]);
    for (Path place : new Path[] {file, folder}) {
      DigitFiles.Pair pair = Dataset.COIL20.read(place, 32, 1);
      assertThat(pair.train().count()).isEqualTo(20 * 13);
      assertThat(pair.test().classCounts()).hasSize(20).containsOnly(47);
      // The file has object after object; a part of it shall have all of them.
      assertThat(pair.train().take(100).classCounts()).doesNotContain(0);
      assertThat(pair.test().take(100).classCounts()).doesNotContain(0);
    }
  }
}
