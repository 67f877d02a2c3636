package org.capsnet.data.objects;

import java.util.Objects;

/**
 * Where an object was photographed from.
 *
 * @param instance which object of its class it is, from 0
 * @param elevation the camera's height above the object's ground, in degrees; 0 where it is the
 *     same in all images
 * @param azimuth how far the object was turned, in degrees, 0 to 359
 * @param lighting which of the lights were on, from 0; 0 where they are the same in all images
 */
public record View(int instance, int elevation, int azimuth, int lighting) {

  private static final int ROUND = 360;

  /**
   * Checks the azimuth.
   *
   * @throws IndexOutOfBoundsException if it is out of its range
   */
  public View {
    Objects.checkIndex(azimuth, ROUND);
  }

  /**
   * Whether the azimuth is near another one, also across 0.
   *
   * @param other an azimuth in degrees
   * @param degrees how far it may be away, 0 or more
   * @return true if it is that far away at most, in either direction
   */
  public boolean isWithin(int degrees, int other) {
    int away = Math.floorMod(azimuth - other, ROUND);
    return Math.min(away, ROUND - away) <= degrees;
  }
}
