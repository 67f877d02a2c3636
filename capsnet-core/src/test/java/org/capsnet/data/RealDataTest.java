package org.capsnet.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.capsnet.data.detection.VocFolder;
import org.capsnet.data.medical.MaskFolder;
import org.capsnet.data.medical.MedMnist;
import org.capsnet.data.objects.Coil20;
import org.capsnet.data.objects.ViewedImages;
import org.capsnet.data.objects.ViewpointSplit;
import org.capsnet.data.picture.ByteImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Runs where {@code capsnet.test.data} names a folder with the public sets in it. */
@EnabledIfSystemProperty(named = "capsnet.test.data", matches = ".+")
class RealDataTest {

  private static final Path DATA = Path.of(System.getProperty("capsnet.test.data", ""));

  @Test
  void bloodCellsWithBoxes() throws IOException {
    VocFolder voc = VocFolder.open(DATA.resolve("bccd").resolve("BCCD"), OnFault.SKIP);
    assertThat(voc.classNames()).containsExactly("Platelets", "RBC", "WBC");
    assertThat(voc.splits()).containsExactly("test", "train", "trainval", "val");
    assertThat(voc.skipped()).isEmpty();
    VocFolder.Part all = voc.readAll(1, 12, 16);
    assertThat(all.samples()).hasSize(362);
    int[] counts = new int[3];
    all.samples().forEach(sample -> sample.objects().forEach(box -> counts[box.label()]++));
    assertThat(counts).containsExactly(359, 4133, 370);
    assertThat(all.skipped())
        .hasSize(2)
        .allMatch(message -> message.contains("(RBC): its box has no area"));
    assertThat(voc.read("test", 1, 12, 16).samples()).hasSize(72);
  }

  @Test
  void whiteBloodCellsWithMasks() throws IOException {
    Path folder = DATA.resolve("wbc");
    MaskFolder.Result cells =
        MaskFolder.of(folder, folder.resolve("labels.csv"))
            .columns("image ID", "class label")
            .read(3, 60, 60, OnFault.FAIL);
    assertThat(cells.samples()).hasSize(300);
    assertThat(cells.maskValues()).isEqualTo(List.of(0, 128, 255));
    int[] counts = new int[5];
    for (int label : cells.labels()) {
      counts[label]++;
    }
    assertThat(counts).containsExactly(176, 53, 48, 22, 1);
  }

  @Test
  void pneumonia() throws IOException {
    MedMnist set = MedMnist.read(DATA.resolve("medmnist").resolve("pneumoniamnist.npz"));
    assertThat(set.train().labeled().classCounts()).containsExactly(1214, 3494);
    assertThat(set.validation().count()).isEqualTo(524);
    assertThat(set.test().labeled().classCounts()).containsExactly(234, 390);
    MedMnist breasts = MedMnist.read(DATA.resolve("medmnist").resolve("breastmnist.npz"));
    assertThat(breasts.train().labeled().classCounts()).containsExactly(147, 399);
  }

  @Test
  void objectsFromManySides() throws IOException {
    ViewedImages all = Coil20.read(DATA.resolve("coil20").resolve("COIL20.mat"));
    assertThat(all.images().classCounts()).hasSize(20).containsOnly(72);
    ViewpointSplit split = Coil20.split(all, 60);
    assertThat(split.train().count()).isEqualTo(20 * 13);
    assertThat(split.novel().count()).isEqualTo(20 * 47);
    // The mushroom of wood is wide above and narrow below.
    ByteImage mushroom = all.images().byteImage(10 * 72);
    assertThat(mushroom.cropped(0, 0, 16, 32).trimmed(40).orElseThrow().width()).isEqualTo(30);
    assertThat(mushroom.cropped(20, 0, 8, 32).trimmed(40).orElseThrow().width()).isLessThan(14);
  }

  @Test
  void whichSetOfTheFormOfMnistItIs() throws IOException {
    for (Mnist any : List.of(Mnist.digits(), Mnist.fashion())) {
      Mnist garments = any.in(DATA.resolve("fashion-mnist"));
      assertThat(garments.train().classNames()).isEqualTo(Mnist.GARMENTS);
      assertThat(garments.test().classNames()).isEqualTo(Mnist.GARMENTS);
      Mnist digits = any.in(DATA.resolve("mnist"));
      assertThat(digits.train().classNames()).isEqualTo(Mnist.DIGITS);
      assertThat(digits.test().classNames()).isEqualTo(Mnist.DIGITS);
    }
  }
}
