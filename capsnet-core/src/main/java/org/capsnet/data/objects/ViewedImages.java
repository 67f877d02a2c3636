package org.capsnet.data.objects;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.capsnet.data.LabeledImages;

/**
 * Images of objects, and where each was photographed from.
 *
 * <pre>{@code
 * ViewedImages front = all.where(view -> view.isWithin(45, 0));
 * }</pre>
 *
 * @param images the images
 * @param views for each image its view
 */
public record ViewedImages(LabeledImages images, List<View> views) {

  /**
   * Copies the views.
   *
   * @throws IllegalArgumentException if there are not as many views as images
   */
  public ViewedImages {
    views = List.copyOf(views);
    if (views.size() != images.count()) {
      throw new IllegalArgumentException(
          "views: expected one for each of %s images, got %s"
              .formatted(images.count(), views.size()));
    }
  }

  /**
   * The images that were photographed from certain places.
   *
   * @param from says whether a view is one of them
   * @return copies of the images, in the order of this set, with the same classes
   */
  public ViewedImages where(Predicate<View> from) {
    int[] kept = IntStream.range(0, views.size()).filter(i -> from.test(views.get(i))).toArray();
    return new ViewedImages(images.subset(kept), IntStream.of(kept).mapToObj(views::get).toList());
  }
}
