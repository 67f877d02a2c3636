package org.capsnet.model;

import java.util.Map;
import org.capsnet.io.KindProvider;
import org.capsnet.routing.DynamicRouting;

/**
 * What files call the networks and routings of this library. A name stays as it is once a file may
 * have it; the class may change its own.
 */
public final class LibraryKinds implements KindProvider {

  /** Made by the service loader. */
  public LibraryKinds() {}

  @Override
  public Map<String, Class<?>> kinds() {
    return Map.of(
        "capsnet", CapsNetArchitecture.class,
        "capsule-detector", CapsuleDetectorArchitecture.class,
        "grid-capsule-detector", GridCapsuleDetectorArchitecture.class,
        "medical-capsnet", MedicalCapsNetArchitecture.class,
        "segcaps", SegCapsArchitecture.class,
        "dynamic", DynamicRouting.class);
  }
}
