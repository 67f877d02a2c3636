package org.capsnet.model;

import java.time.Duration;

/**
 * How a {@link Predictor} puts requests together.
 *
 * @param largest the most images that the network is asked about at once, from 1 to {@link
 *     ImageModel#AT_ONCE}; 1 asks about each alone
 * @param pause how long after a batch the next one is waited for at most, while fewer requests are
 *     there than were under way, up to an hour; zero never waits
 * @param room the most requests that may be under way, at least 1: whoever comes then waits until
 *     one is answered
 */
public record Batching(int largest, Duration pause, int room) {

  private static final int ROOM = 256;
  private static final Duration LONGEST = Duration.ofHours(1);

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public Batching {
    Sizes.atLeast(1, "largest", largest);
    if (largest > ImageModel.AT_ONCE) {
      throw new IllegalArgumentException(
          "largest: expected at most %d, got %d".formatted(ImageModel.AT_ONCE, largest));
    }
    if (pause.isNegative() || pause.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("pause: expected zero to an hour, got " + pause);
    }
    Sizes.atLeast(1, "room", room);
  }

  /** {@return 32 images at once, waited for a millisecond, and room for 256 requests} */
  public static Batching standard() {
    return new Batching(ImageModel.AT_ONCE, Duration.ofMillis(1), ROOM);
  }

  /**
   * Asks about another number of images at once.
   *
   * @param images the most
   * @return the settings
   */
  public Batching largest(int images) {
    return new Batching(images, pause, room);
  }

  /**
   * Waits for another time.
   *
   * @param most after a batch, from zero to an hour
   * @return the settings
   */
  public Batching pause(Duration most) {
    return new Batching(largest, most, room);
  }

  /**
   * Has room for another number of requests.
   *
   * @param requests the most
   * @return the settings
   */
  public Batching room(int requests) {
    return new Batching(largest, pause, requests);
  }
}
