package org.capsnet.examples.options;

import java.util.List;
import java.util.Optional;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.Sharing;
import org.capsnet.data.LabeledImages;
import org.capsnet.model.Architecture;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.classification.AttentionCapsNet;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.DeepCaps;
import org.capsnet.model.classification.EfficientCapsNet;
import org.capsnet.model.classification.HvcCapsNet;
import org.capsnet.model.classification.MatrixCapsNet;
import org.capsnet.model.classification.PathCapsNet;
import org.capsnet.model.classification.ResNet;
import org.capsnet.model.classification.SelfRoutingCapsNet;

/** The networks that can be trained on images of classes. */
public enum NetworkChoice {
  /** Of Sabour et al. (2017). */
  CAPSNET {
    @Override
    public Optional<RoutingChoice> routing() {
      return Optional.of(RoutingChoice.of("dynamic"));
    }

    @Override
    Architecture.OfImages<?, ?> paper() {
      return CapsNet.Config.paper();
    }

    @Override
    public Architecture.OfImages<?, ?> sizedFor(LabeledImages images) {
      return CapsNet.Config.sizedFor(images);
    }

    @Override
    public Architecture.OfImages<?, ?> withSharedMatrices(Architecture.OfImages<?, ?> sizes) {
      return sizes.with("votes", new DenseVotes(Sharing.ALL, false));
    }
  },

  /** Of Mazzia et al. (2021). */
  EFFICIENT {
    @Override
    public Optional<RoutingChoice> routing() {
      return Optional.of(RoutingChoice.of("self-attention"));
    }

    @Override
    Architecture.OfImages<?, ?> paper() {
      return EfficientCapsNet.Config.paper();
    }

    @Override
    public Architecture.OfImages<?, ?> sizedFor(LabeledImages images) {
      return EfficientCapsNet.Config.sizedFor(images);
    }

    @Override
    public Architecture.OfImages<?, ?> forPairs(ImageShape image, int classes) {
      return ofThePaper(image, classes)
          .with(
              "stem",
              List.of(
                  Conv.same(48, 5, 2),
                  Conv.same(96, 3, 1),
                  Conv.same(192, 3, 2),
                  new Conv(384, 3, 1)));
    }
  },

  /** Of Hinton et al. (2018). */
  MATRIX {
    @Override
    public Optional<RoutingChoice> routing() {
      return Optional.of(RoutingChoice.of("em"));
    }

    @Override
    Architecture.OfImages<?, ?> paper() {
      return MatrixCapsNet.Config.paper();
    }

    @Override
    public Architecture.OfImages<?, ?> sizedFor(LabeledImages images) {
      return fitted(MatrixCapsNet.Config.small(), ImageShape.of(images), images.classes());
    }
  },

  /** Of Hahn et al. (2019). */
  SELF_ROUTING {
    @Override
    public Optional<RoutingChoice> routing() {
      return Optional.of(RoutingChoice.of("self-routing"));
    }

    @Override
    Architecture.OfImages<?, ?> paper() {
      return SelfRoutingCapsNet.Config.paper();
    }

    /** Whose class capsules have a pose of one number, since self-routing does not look at it. */
    @Override
    public Architecture.OfImages<?, ?> with(
        Architecture.OfImages<?, ?> sizes, RoutingChoice chosen, int iterations) {
      Architecture.OfImages<?, ?> routed = super.with(sizes, chosen, iterations);
      return chosen.name().equals("self-routing") ? routed : routed.with("classDim", POSE);
    }
  },

  /** Of Byerly et al. (2021). */
  HVC {
    @Override
    Architecture.OfImages<?, ?> paper() {
      return HvcCapsNet.Config.paper();
    }
  },

  /** Of Amer and Maul (2019). */
  PATH {
    @Override
    public Optional<RoutingChoice> routing() {
      return Optional.of(RoutingChoice.of("fan-in"));
    }

    @Override
    Architecture.OfImages<?, ?> paper() {
      return PathCapsNet.Config.paper();
    }
  },

  /** Of Rajasegaran et al. (2019). */
  DEEP {
    @Override
    public Optional<RoutingChoice> routing() {
      return Optional.of(RoutingChoice.of("dynamic"));
    }

    @Override
    Architecture.OfImages<?, ?> paper() {
      return DeepCaps.Config.paper();
    }
  },

  /** Of Tsai et al. (2020). */
  ATTENTION {
    @Override
    Architecture.OfImages<?, ?> paper() {
      return AttentionCapsNet.Config.paper();
    }
  },

  /** Without capsules, of He et al. (2016). */
  RESNET {
    @Override
    Architecture.OfImages<?, ?> paper() {
      return ResNet.Config.paper();
    }
  };

  /** The numbers in the pose of a class capsule whose routing looks at it, as CapsNet has them. */
  private static final int POSE = 16;

  /** That of the paper. */
  abstract Architecture.OfImages<?, ?> paper();

  /** One that suits the images. */
  public Architecture.OfImages<?, ?> sizedFor(LabeledImages images) {
    return ofThePaper(ImageShape.of(images), images.classes());
  }

  /** One that suits images of two digits, of 36×36 pixels or so. */
  public Architecture.OfImages<?, ?> forPairs(ImageShape image, int classes) {
    return ofThePaper(image, classes);
  }

  /** That of the paper but for the size of the images and the number of classes. */
  public final Architecture.OfImages<?, ?> ofThePaper(ImageShape image, int classes) {
    return fitted(paper(), image, classes);
  }

  private static Architecture.OfImages<?, ?> fitted(
      Architecture.OfImages<?, ?> sizes, ImageShape image, int classes) {
    return sizes.with("image", image).with("classes", classes);
  }

  /**
   * The same sizes with another routing.
   *
   * @param iterations of a routing that has iterations
   */
  public Architecture.OfImages<?, ?> with(
      Architecture.OfImages<?, ?> sizes, RoutingChoice chosen, int iterations) {
    return sizes.with("routing", chosen.of(iterations));
  }

  /**
   * The same sizes with one matrix for each class, which all that votes shares (Gu and Tresp 2020).
   *
   * @throws IllegalArgumentException unless how capsules vote is a choice of this network
   */
  public Architecture.OfImages<?, ?> withSharedMatrices(Architecture.OfImages<?, ?> sizes) {
    throw new IllegalArgumentException("votes: no choice of the network " + this);
  }

  /** The routing to class capsules, which another can take the place of; of some there is none. */
  public Optional<RoutingChoice> routing() {
    return Optional.empty();
  }
}
