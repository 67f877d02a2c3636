package org.capsnet.testing;

import java.util.List;
import org.capsnet.model.Architecture;
import org.capsnet.model.CapsuleConv;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.AttentionCapsNet;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.DeepCaps;
import org.capsnet.model.classification.EfficientCapsNet;
import org.capsnet.model.classification.HvcCapsNet;
import org.capsnet.model.classification.MatrixCapsNet;
import org.capsnet.model.classification.PathCapsNet;
import org.capsnet.model.classification.ResNet;
import org.capsnet.model.classification.SelfRoutingCapsNet;
import org.capsnet.routing.EmRouting;

/** The published networks that classify, each so small that a test trains it in a second. */
public final class SmallNetworks {

  /** Of all of them. */
  public static final ImageShape IMAGE = new ImageShape(1, 16, 16);

  /** Of all of them. */
  public static final int CLASSES = 3;

  private SmallNetworks() {}

  /** {@return one of each kind at least, for images of {@link #IMAGE} and {@link #CLASSES}} */
  public static List<Architecture.OfImages<?, ?>> all() {
    return List.of(
        capsNet(),
        efficient(),
        matrix(),
        selfRouting(),
        hvc(),
        path(),
        deepCaps(),
        attention(),
        resNet(),
        efficient()
            .with("norm", EfficientCapsNet.Norm.INSTANCE)
            .with("leak", 0.3)
            .with("decoder", null));
  }

  private static CapsNet.Config capsNet() {
    return CapsNet.Config.paper()
        .with("image", IMAGE)
        .with("classes", CLASSES)
        .with("stem", List.of(new Conv(8, 5, 1)))
        .with("primary", new Primary(4, 3, 5, 2))
        .with("classDim", 6)
        .with("decoder", List.of(10, 12));
  }

  private static EfficientCapsNet.Config efficient() {
    return EfficientCapsNet.Config.paper()
        .with("image", IMAGE)
        .with("classes", CLASSES)
        .with("stem", List.of(new Conv(6, 5, 1), new Conv(12, 3, 2)))
        .with("dim", 3)
        .with("classDim", 4)
        .with("decoder", List.of(10, 12));
  }

  private static MatrixCapsNet.Config matrix() {
    return MatrixCapsNet.Config.paper()
        .with("image", IMAGE)
        .with("classes", CLASSES)
        .with("stem", new Conv(8, 5, 2))
        .with("types", 4)
        .with("layers", List.of(new CapsuleConv(4, 3, 2)))
        .with("routing", new EmRouting(2));
  }

  private static SelfRoutingCapsNet.Config selfRouting() {
    return SelfRoutingCapsNet.Config.paper()
        .with("image", IMAGE)
        .with("classes", CLASSES)
        .with("channels", 4)
        .with("blocks", 1)
        .with("types", 4)
        .with("dim", 6);
  }

  private static HvcCapsNet.Config hvc() {
    return HvcCapsNet.Config.paper()
        .with("image", IMAGE)
        .with("classes", CLASSES)
        .with("channels", 4)
        .with("growth", 2)
        .with("branches", List.of(1, 3));
  }

  private static ResNet.Config resNet() {
    return ResNet.Config.paper()
        .with("image", IMAGE)
        .with("classes", CLASSES)
        .with("channels", 4)
        .with("blocks", 1);
  }

  private static PathCapsNet.Config path() {
    return PathCapsNet.Config.paper()
        .with("image", IMAGE)
        .with("classes", CLASSES)
        .with("paths", 3)
        .with("before", List.of(Conv.same(2, 3, 1)))
        .with("after", List.of(Conv.same(4, 3, 1)))
        .with("dim", 4)
        .with("classDim", 4)
        .with("decoder", List.of(10, 12));
  }

  private static DeepCaps.Config deepCaps() {
    return DeepCaps.Config.paper()
        .with("image", IMAGE)
        .with("classes", CLASSES)
        .with("stem", 6)
        .with("types", 3)
        .with("dims", List.of(2, 4, 4))
        .with("classDim", 5)
        .with("decoder", List.of(10, 12));
  }

  private static AttentionCapsNet.Config attention() {
    return AttentionCapsNet.Config.paper()
        .with("image", IMAGE)
        .with("classes", CLASSES)
        .with("stem", List.of(new Conv(6, 3, 2, 1)))
        .with("types", 2)
        .with("layers", List.of(new CapsuleConv(3, 3, 2)));
  }
}
