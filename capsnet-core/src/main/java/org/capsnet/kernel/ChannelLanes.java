package org.capsnet.kernel;

/**
 * Turns images, {@code [channels, places]}, to have {@link Gemm#LANES} of their channels last, so
 * that these lie in a vector, and back: four channels at a time, since rows of places are short.
 */
final class ChannelLanes {

  private static final int LANES = Gemm.LANES;

  private ChannelLanes() {}

  /** How many times so many lanes have room for all channels. */
  static int blocks(int channels) {
    return (channels + LANES - 1) / LANES;
  }

  /** The channels of a block: fewer than the lanes in the last. */
  static int channels(int block, int of) {
    return Math.min(LANES, of - block * LANES);
  }

  /**
   * To lanes, along a row of places.
   *
   * @param planar where place i of a channel is at {@code from + channel · plane + i}
   * @param from see planar
   * @param plane see planar
   * @param channels at most the lanes; the other lanes stay as they are
   * @param places their number
   * @param lanes where place i is at {@code to + i · LANES}
   * @param to see lanes
   */
  static void turn(
      float[] planar, int from, int plane, int channels, int places, float[] lanes, int to) {
    turn(planar, from, plane, channels, places, lanes, to, LANES);
  }

  /** The same, where a place is {@code next} numbers from the one before. */
  static void turn(
      float[] planar,
      int from,
      int plane,
      int channels,
      int places,
      float[] lanes,
      int to,
      int next) {
    int c = 0;
    for (; c + 4 <= channels; c += 4) {
      int x0 = from + c * plane;
      int x1 = x0 + plane;
      int x2 = x1 + plane;
      int x3 = x2 + plane;
      int y = to + c;
      for (int i = 0; i < places; i++) {
        lanes[y + i * next] = planar[x0 + i];
        lanes[y + i * next + 1] = planar[x1 + i];
        lanes[y + i * next + 2] = planar[x2 + i];
        lanes[y + i * next + 3] = planar[x3 + i];
      }
    }
    for (; c < channels; c++) {
      for (int i = 0; i < places; i++) {
        lanes[to + i * next + c] = planar[from + c * plane + i];
      }
    }
  }

  /** The way back, with the same arguments. */
  static void turnBack(
      float[] lanes, int from, int channels, int places, float[] planar, int to, int plane) {
    int c = 0;
    for (; c + 4 <= channels; c += 4) {
      int x0 = to + c * plane;
      int x1 = x0 + plane;
      int x2 = x1 + plane;
      int x3 = x2 + plane;
      int y = from + c;
      for (int i = 0; i < places; i++) {
        planar[x0 + i] = lanes[y + i * LANES];
        planar[x1 + i] = lanes[y + i * LANES + 1];
        planar[x2 + i] = lanes[y + i * LANES + 2];
        planar[x3 + i] = lanes[y + i * LANES + 3];
      }
    }
    for (; c < channels; c++) {
      for (int i = 0; i < places; i++) {
        planar[to + c * plane + i] = lanes[from + i * LANES + c];
      }
    }
  }
}
