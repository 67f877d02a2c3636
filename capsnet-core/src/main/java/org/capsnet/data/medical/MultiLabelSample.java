package org.capsnet.data.medical;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.capsnet.data.Annotated;
import org.capsnet.data.picture.ByteImage;

/**
 * An image to which any number of findings apply.
 *
 * @param image the image
 * @param labels the numbers of those classes that apply, none or more
 */
public record MultiLabelSample(ByteImage image, Set<Integer> labels)
    implements Annotated<MultiLabelSample> {

  /** Copies the set. */
  public MultiLabelSample {
    labels = Collections.unmodifiableSet(new TreeSet<>(labels));
  }

  @Override
  public MultiLabelSample flippedHorizontally() {
    return new MultiLabelSample(image.flippedHorizontally(), labels);
  }

  @Override
  public MultiLabelSample flippedVertically() {
    return new MultiLabelSample(image.flippedVertically(), labels);
  }

  @Override
  public MultiLabelSample resized(int height, int width) {
    return new MultiLabelSample(image.resized(height, width), labels);
  }
}
