package org.capsnet.examples;

import org.capsnet.data.LabeledImages;
import org.capsnet.model.Architecture;
import org.capsnet.model.ImageShape;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.EfficientCapsNet;

/** The networks that can be trained on images of classes. */
enum NetworkChoice {
  /** Of Sabour et al. (2017). */
  CAPSNET {
    @Override
    Architecture.OfImages<?, ?> paper() {
      return CapsNet.Config.paper();
    }

    @Override
    Architecture.OfImages<?, ?> sizedFor(LabeledImages images) {
      return CapsNet.Config.sizedFor(images);
    }
  },

  /** Of Mazzia et al. (2021). */
  EFFICIENT {
    @Override
    Architecture.OfImages<?, ?> paper() {
      return EfficientCapsNet.Config.paper();
    }

    @Override
    Architecture.OfImages<?, ?> sizedFor(LabeledImages images) {
      return EfficientCapsNet.Config.sizedFor(images);
    }
  };

  /** That of the paper. */
  abstract Architecture.OfImages<?, ?> paper();

  /** One that suits the images. */
  abstract Architecture.OfImages<?, ?> sizedFor(LabeledImages images);

  /** That of the paper but for the size of the images and the number of classes. */
  Architecture.OfImages<?, ?> ofThePaper(LabeledImages images) {
    return paper().with("image", ImageShape.of(images)).with("classes", images.classes());
  }
}
