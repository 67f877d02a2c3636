package org.capsnet.model;

import java.util.List;
import java.util.Objects;
import org.capsnet.io.Nullable;

/**
 * The sizes of a {@link CapsuleDetector}, checked before anything is allocated.
 *
 * @param backbone from images to primary capsules
 * @param head the class capsules and their boxes
 * @param decoder the hidden sizes of the decoder; null for no decoder
 */
public record CapsuleDetectorArchitecture(
    BackboneArchitecture backbone, DetectorHead head, @Nullable List<Integer> decoder) {

  /**
   * Checks every size.
   *
   * @param backbone from images to primary capsules
   * @param head the class capsules and their boxes
   * @param decoder the hidden sizes of the decoder; null for no decoder
   * @throws IllegalArgumentException if a size of the decoder is below 1
   * @throws ArithmeticException if the network has more numbers than can be counted
   */
  public CapsuleDetectorArchitecture {
    Objects.requireNonNull(backbone, "backbone");
    Objects.requireNonNull(head, "head");
    if (decoder != null) {
      decoder = List.copyOf(decoder);
      decoder.forEach(size -> Sizes.positive("decoder size", size));
    }
  }

  /**
   * Whether images are reconstructed.
   *
   * @return true if there is a decoder
   */
  public boolean reconstructs() {
    return decoder != null;
  }
}
