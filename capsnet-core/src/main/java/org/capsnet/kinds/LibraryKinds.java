package org.capsnet.kinds;

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
import org.capsnet.model.classification.AttentionCapsNet;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.DeepCaps;
import org.capsnet.model.classification.EfficientCapsNet;
import org.capsnet.model.classification.HvcCapsNet;
import org.capsnet.model.classification.MatrixCapsNet;
import org.capsnet.model.classification.PathCapsNet;
import org.capsnet.model.classification.ResNet;
import org.capsnet.model.classification.SelfRoutingCapsNet;
import org.capsnet.model.detection.CapsuleDetector;
import org.capsnet.model.detection.GridCapsuleDetector;
import org.capsnet.model.medical.MedicalCapsNet;
import org.capsnet.model.medical.SegCaps;
import org.capsnet.routing.AttentionRouting;
import org.capsnet.routing.DeepCapsRouting;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.routing.EmRouting;
import org.capsnet.routing.FanInRouting;
import org.capsnet.routing.HeinsenRouting;
import org.capsnet.routing.LocalEmRouting;
import org.capsnet.routing.SelfAttentionRouting;
import org.capsnet.routing.SelfRouting;
import org.capsnet.routing.StaticRouting;
import org.capsnet.routing.UniformRouting;
import org.capsnet.routing.VariationalBayesRouting;

/**
 * What files call the networks of this library and the parts that can be chosen. A name stays as it
 * is once a file may have it; the class may change its own.
 */
public final class LibraryKinds implements KindProvider {

  /** Made by the service loader. */
  public LibraryKinds() {}

  @Override
  public Map<String, Class<?>> kinds() {
    return Map.ofEntries(
        entry("capsnet", CapsNet.Config.class),
        entry("efficient-capsnet", EfficientCapsNet.Config.class),
        entry("attention-capsnet", AttentionCapsNet.Config.class),
        entry("deep-capsnet", DeepCaps.Config.class),
        entry("path-capsnet", PathCapsNet.Config.class),
        entry("hvc-capsnet", HvcCapsNet.Config.class),
        entry("matrix-capsnet", MatrixCapsNet.Config.class),
        entry("resnet", ResNet.Config.class),
        entry("self-routing-capsnet", SelfRoutingCapsNet.Config.class),
        entry("capsule-detector", CapsuleDetector.Config.class),
        entry("grid-capsule-detector", GridCapsuleDetector.Config.class),
        entry("medical-capsnet", MedicalCapsNet.Config.class),
        entry("segcaps", SegCaps.Config.class),
        entry("dynamic", DynamicRouting.class),
        entry("em", EmRouting.class),
        entry("local-em", LocalEmRouting.class),
        entry("self-attention", SelfAttentionRouting.class),
        entry("self-routing", SelfRouting.class),
        entry("attention", AttentionRouting.class),
        entry("fan-in", FanInRouting.class),
        entry("deepcaps", DeepCapsRouting.class),
        entry("uniform", UniformRouting.class),
        entry("static", StaticRouting.class),
        entry("heinsen", HeinsenRouting.class),
        entry("variational-bayes", VariationalBayesRouting.class),
        entry("dense-votes", DenseVotes.class),
        entry("pose-votes", PoseVotes.class),
        entry("element-votes", ElementVotes.class),
        entry("conv-votes", ConvVotes.class),
        entry("deconv-votes", DeconvVotes.class),
        entry("sabour-squash", SabourSquash.class),
        entry("exponential-squash", ExponentialSquash.class));
  }
}
