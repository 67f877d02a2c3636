package org.capsnet.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums of the lanes of a vector, in a fixed order: that of the JDK's own operation may be another
 * before and after a method is compiled, and then a training would not repeat to the last bit.
 */
final class VectorLanes {

  private static final VectorSpecies<Float> SPECIES = VectorGemm.SPECIES;
  private static final int L = SPECIES.length();

  private static final ThreadLocal<float[]> OWN = ThreadLocal.withInitial(() -> new float[L]);

  private VectorLanes() {}

  /** An array of this thread, of a vector's lanes. */
  static float[] own() {
    return OWN.get();
  }

  /** The sum of a vector, whose lanes are stored. */
  static float sum(FloatVector vector, float[] own) {
    vector.intoArray(own, 0);
    return sum(own, 0);
  }

  /** The sum of lanes that were stored at an offset. */
  static float sum(float[] lanes, int at) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (int i = at; i < at + L; i += 4) {
      s0 += lanes[i];
      s1 += lanes[i + 1];
      s2 += lanes[i + 2];
      s3 += lanes[i + 3];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
