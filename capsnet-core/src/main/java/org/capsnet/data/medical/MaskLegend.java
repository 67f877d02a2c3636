package org.capsnet.data.medical;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.capsnet.data.picture.MaskFile;
import org.capsnet.io.FormatException;

/**
 * What the values of masks mean, as far as masks were seen: equal values must mean the same in all
 * masks. They do not if some masks hold colours and others indices, or if each has a palette of its
 * own.
 */
final class MaskLegend {

  private Optional<MaskFile> first = Optional.empty();

  /** The colour of each index, and the mask that had it first. */
  private final Map<Integer, Integer> colours = new HashMap<>();

  private final Map<Integer, Path> files = new HashMap<>();

  /**
   * Takes a mask into account.
   *
   * @throws FormatException which names its file, if it contradicts those before
   */
  void add(MaskFile mask) throws FormatException {
    MaskFile other = first.orElse(mask);
    if (mask.kind() != other.kind()) {
      throw new FormatException(
          mask.file(),
          "it has %s, and %s has %s".formatted(mask.kind(), other.file(), other.kind()));
    }
    for (Map.Entry<Integer, Integer> entry : mask.palette().entrySet()) {
      int index = entry.getKey();
      int colour = colours.getOrDefault(index, entry.getValue());
      if (colour != entry.getValue()) {
        throw new FormatException(
            mask.file(),
            "its index %s is the colour #%08X, and that of %s is #%08X"
                .formatted(index, entry.getValue(), files.get(index), colour));
      }
    }
    first = Optional.of(other);
    mask.palette()
        .forEach(
            (index, colour) -> {
              colours.putIfAbsent(index, colour);
              files.putIfAbsent(index, mask.file());
            });
  }
}
