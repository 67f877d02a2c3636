package org.capsnet.kernel;

import java.util.EnumMap;
import java.util.Map;

/**
 * The shapes of a block's planes, of images or of kernels: rows are the phases of its channels,
 * those of a channel one after another.
 */
final class PlaneShapes {

  private final Spectrum spectrum;

  private final Map<Spectrum.Part, Panels> shapes = new EnumMap<>(Spectrum.Part.class);

  PlaneShapes(Spectrum spectrum, int channels, int columns, int width) {
    this.spectrum = spectrum;
    for (Spectrum.Part part : Spectrum.Part.values()) {
      shapes.put(part, new Panels(spectrum.count(part) * channels, columns, width));
    }
  }

  /** The same with another number of channels. */
  PlaneShapes withChannels(int number) {
    return new PlaneShapes(spectrum, number, whole().columns(), whole().width());
  }

  /** The shape of some planes. */
  Panels of(Spectrum.Part part) {
    return shapes.get(part);
  }

  /** The shape of the planes that have all phases, of whose columns the others have as many. */
  Panels whole() {
    return of(Spectrum.Part.ALL);
  }

  /**
   * The place of a row of a panel within the planes of a point of the rows.
   *
   * @param atInfinity whether that point is infinity
   * @param panel which
   * @param phase by its place among {@link Spectrum#phases}
   * @param channel within the block
   */
  PlaneRow row(boolean atInfinity, int panel, int phase, int channel) {
    return new PlaneRow(
        at(Spectrum.Part.of(atInfinity, false), panel, phase, channel),
        at(Spectrum.Part.of(atInfinity, true), panel, phase, channel),
        whole().width());
  }

  private int at(Spectrum.Part part, int panel, int phase, int channel) {
    int row = channel * spectrum.count(part) + phase - spectrum.first(part);
    return of(part).at(panel, row);
  }
}
