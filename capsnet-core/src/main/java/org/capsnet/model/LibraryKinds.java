package org.capsnet.model;

import static java.util.Map.entry;

import java.util.Map;
import org.capsnet.capsule.ConvVotes;
import org.capsnet.capsule.DeconvVotes;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.ElementVotes;
import org.capsnet.capsule.ExponentialSquash;
import org.capsnet.capsule.PoseVotes;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.io.KindProvider;
import org.capsnet.routing.DynamicRouting;

/**
 * What files call the networks of this library and the parts that can be chosen. A name stays as it is once a file may
 * have it; the class may change its own.
 */
public final class LibraryKinds implements KindProvider {

  /** Made by the service loader. */
  public LibraryKinds() {}

  @Override
  public Map<String, Class<?>> kinds() {
    return Map.ofEntries(
        entry("capsnet", CapsNetArchitecture.class),
        entry("capsule-detector", CapsuleDetectorArchitecture.class),
        entry("grid-capsule-detector", GridCapsuleDetectorArchitecture.class),
        entry("medical-capsnet", MedicalCapsNetArchitecture.class),
        entry("segcaps", SegCapsArchitecture.class),
        entry("dynamic", DynamicRouting.class),
        entry("dense-votes", DenseVotes.class),
        entry("pose-votes", PoseVotes.class),
        entry("element-votes", ElementVotes.class),
        entry("conv-votes", ConvVotes.class),
        entry("deconv-votes", DeconvVotes.class),
        entry("sabour-squash", SabourSquash.class),
        entry("exponential-squash", ExponentialSquash.class));
  }
}
