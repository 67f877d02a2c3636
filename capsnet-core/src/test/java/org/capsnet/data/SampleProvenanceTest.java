package org.capsnet.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.capsnet.data.medical.MultiLabelSample;
import org.capsnet.data.medical.MultiLabels;
import org.capsnet.data.picture.ByteImage;
import org.junit.jupiter.api.Test;

/** What an iterator says of its samples changes with them, and with nothing else. */
class SampleProvenanceTest {

  private static final List<String> NAMES = List.of("a", "b", "c");

  private static MultiLabelSample sample(int pixel, int label) {
    return new MultiLabelSample(
        new ByteImage(new byte[] {(byte) pixel, 1, 2, 3}, 1, 2, 2), Set.of(label));
  }

  private static List<MultiLabelSample> samples() {
    List<MultiLabelSample> samples = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      samples.add(sample(i, i % 3));
    }
    return samples;
  }

  private static Map<String, String> of(
      List<MultiLabelSample> samples,
      List<String> names,
      SampleTransform<MultiLabelSample> transform) {
    return SampleIterator.builder(SampleSource.of(samples), new MultiLabels(names), 2)
        .transform(transform)
        .augment(new ColorJitter(0.1, 0.1, 0))
        .shuffle()
        .seed(7)
        .build()
        .provenance();
  }

  private static Map<String, String> of(List<MultiLabelSample> samples) {
    return of(samples, NAMES, new RandomFlip<>(0.5, 0.5));
  }

  private static void assertDiffers(Map<String, String> other, String... names) {
    Map<String, String> own = of(samples());
    Set<String> different = new HashSet<>(own.keySet());
    different.removeIf(name -> own.get(name).equals(other.get(name)));
    assertThat(other.keySet()).isEqualTo(own.keySet());
    assertThat(different).containsExactlyInAnyOrder(names);
  }

  @Test
  void theSameSamplesSayTheSame() {
    assertDiffers(of(samples()));
    assertThat(of(samples()))
        .containsEntry("count", "5")
        .containsEntry("seed", "7")
        .containsEntry("order", "shuffled")
        .containsEntry("transform", "RandomFlip[horizontal=0.5, vertical=0.5]");
  }

  @Test
  void eachDifferenceIsUnderItsName() {
    List<MultiLabelSample> pixel = samples();
    pixel.set(4, sample(9, 1));
    assertDiffers(of(pixel), "sample digest");
    List<MultiLabelSample> label = samples();
    label.set(4, sample(4, 2));
    assertDiffers(of(label), "sample digest");
    assertDiffers(of(samples().subList(0, 4)), "count", "sample digest");
    assertDiffers(
        of(samples(), List.of("a", "b", "d"), new RandomFlip<>(0.5, 0.5)), "classes", "labels");
    assertDiffers(
        of(samples(), NAMES, new RandomFlip<MultiLabelSample>(0.5, 0.5).sometimes(0.9)),
        "transform");
  }

  /** A source may read each sample from a disk, or make it. */
  @Test
  void ofManySamplesSomeAreLookedAt() {
    Set<Integer> seen = new HashSet<>();
    SampleSource<MultiLabelSample> many =
        new SampleSource<>() {
          @Override
          public int count() {
            return 10_000;
          }

          @Override
          public MultiLabelSample get(int epoch, int index) {
            seen.add(index);
            return sample(index, 0);
          }
        };
    SampleIterator.builder(many, new MultiLabels(NAMES), 100).build().provenance();
    assertThat(seen).hasSizeBetween(100, 300).contains(0);
    assertThat(seen).anyMatch(index -> index > 9_900);
  }
}
