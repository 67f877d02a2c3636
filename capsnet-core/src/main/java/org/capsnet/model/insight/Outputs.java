package org.capsnet.model.insight;

import java.util.LinkedHashMap;
import java.util.Map;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Masking;
import org.capsnet.capsule.RoutingTrace;
import org.capsnet.model.Classifier;
import org.capsnet.model.Network;
import org.capsnet.model.Reconstructor;
import org.capsnet.model.detection.Detector;
import org.capsnet.model.medical.MedicalNetwork;
import org.capsnet.model.medical.MedicalNetwork.Findings;

/**
 * What a network says of images, by the names that it has in an exported model: {@code lengths} and
 * {@code poses} of class capsules, {@code boxes}, {@code masks}, {@code reconstruction} and {@code
 * coupling}, each where the network has it.
 */
public final class Outputs {

  /** The name of the activations of class capsules. */
  public static final String LENGTHS = "lengths";

  /** The name of the images drawn again. */
  public static final String RECONSTRUCTION = "reconstruction";

  private Outputs() {}

  /**
   * All that a network says by what it can do.
   *
   * @param net the network
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return the outputs, by name
   * @throws IllegalArgumentException if it has none of the abilities of this library
   */
  public static Map<String, Variable> of(Network<?> net, Variable images) {
    Map<String, Variable> all = new LinkedHashMap<>();
    // One that examines may classify as well, where it was built for that.
    if (net instanceof MedicalNetwork medical) {
      examined(medical, images, all);
    } else if (net instanceof Detector detector) {
      detected(detector, images, all);
    } else if (net instanceof Classifier classifier) {
      classified(classifier, images, all);
    } else {
      throw new IllegalArgumentException(
          "%s: expected a network that classifies, detects or segments; for another, say what its"
                  .formatted(net.getClass().getSimpleName())
              + " outputs are");
    }
    return all;
  }

  private static void classified(
      Classifier classifier, Variable images, Map<String, Variable> all) {
    try (RoutingTrace trace = RoutingTrace.open()) {
      Capsules classes = classifier.classify(images).classes();
      found(classes, all);
      if (classifier instanceof Reconstructor drawing && drawing.reconstructs()) {
        all.put(
            RECONSTRUCTION,
            drawing.reconstruct(classes, Masking.longest(classes)).reshape(images.shape()));
      }
      coupled(trace, classes, all);
    }
  }

  private static void detected(Detector detector, Variable images, Map<String, Variable> all) {
    Detector.Output found = detector.detect(images);
    found(found.classes(), all);
    all.put("boxes", found.boxes());
  }

  private static void examined(MedicalNetwork net, Variable images, Map<String, Variable> all) {
    Findings found = net.examine(images);
    found.diagnosis().ifPresent(classes -> found(classes, all));
    found.masks().ifPresent(masks -> all.put("masks", masks));
    found.drawn().ifPresent(drawn -> all.put(RECONSTRUCTION, drawn));
    if (net.classes() > 0 && net instanceof Classifier classifier) {
      try (RoutingTrace trace = RoutingTrace.open()) {
        coupled(trace, classifier.classify(images).classes(), all);
      }
    }
  }

  private static void found(Capsules classes, Map<String, Variable> all) {
    all.put(LENGTHS, classes.activation());
    all.put("poses", classes.pose());
  }

  /** No such output where class capsules are not routed, or by a routing without couplings. */
  private static void coupled(RoutingTrace trace, Capsules classes, Map<String, Variable> all) {
    Variable coupling;
    try {
      coupling = trace.of(classes).last().coupling();
    } catch (UnsupportedOperationException e) {
      return;
    }
    all.put("coupling", coupling);
  }
}
