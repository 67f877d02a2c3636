package org.capsnet.data.objects;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.capsnet.data.LabeledImages;
import org.capsnet.io.FormatException;

/**
 * COIL-20 (Nene, Nayar and Murase, Columbia University 1996): 20 objects on a turntable,
 * photographed every 5 degrees, as the MATLAB file in which it is passed around: {@code X}, 1440
 * rows of 32×32 grey pixels, column by column, and {@code Y}, the number of the object from 1. The
 * 72 images of an object are in the order in which it was turned.
 *
 * <pre>{@code
 * ViewpointSplit split = Coil20.split(Coil20.read(Path.of("COIL20.mat")), 60);
 * }</pre>
 */
public final class Coil20 {

  private static final int OBJECTS = 20;
  private static final int VIEWS = 72;
  private static final int STEP = 5;
  private static final int SIDE = 32;
  private static final int PIXELS = SIDE * SIDE;
  private static final int MOST = 255;

  private Coil20() {}

  /**
   * Reads the file.
   *
   * @param file a MATLAB file of level 5
   * @return 1440 grey images of 32×32 pixels of 20 classes, {@code 1} to {@code 20}, with their
   *     azimuth from 0 to 355 degrees
   * @throws FormatException if it is no such file, or its arrays are not those of COIL-20
   * @throws IOException if it cannot be read
   */
  public static ViewedImages read(Path file) throws IOException {
    Map<String, MatArray> arrays = MatFile.read(file, "X", "Y");
    int count = OBJECTS * VIEWS;
    MatArray x = shaped(file, arrays, "X", count, PIXELS);
    MatArray y = shaped(file, arrays, "Y", count, 1);
    int[] labels = labels(file, y);
    List<String> names = IntStream.rangeClosed(1, OBJECTS).mapToObj(Integer::toString).toList();
    LabeledImages images = new LabeledImages(pixels(file, x), 1, SIDE, SIDE, labels, names);
    return new ViewedImages(images, views(file, labels));
  }

  private static MatArray shaped(
      Path file, Map<String, MatArray> arrays, String name, int rows, int columns)
      throws FormatException {
    MatArray array = arrays.get(name);
    int[] expected = {rows, columns};
    if (!Arrays.equals(array.shape(), expected)) {
      throw new FormatException(
          file,
          "%s: expected %s, got %s"
              .formatted(name, Arrays.toString(expected), Arrays.toString(array.shape())));
    }
    return array;
  }

  /** Rows of the file are images, and its first index changes fastest; so do rows of an image. */
  private static byte[] pixels(Path file, MatArray x) throws FormatException {
    int count = OBJECTS * VIEWS;
    byte[] pixels = new byte[count * PIXELS];
    for (int place = 0; place < x.length(); place++) {
      int image = place % count;
      int column = place / count / SIDE;
      int row = place / count % SIDE;
      pixels[image * PIXELS + row * SIDE + column] =
          (byte) whole(file, "X", image, x.get(place), 0, MOST);
    }
    return pixels;
  }

  private static int[] labels(Path file, MatArray y) throws FormatException {
    int[] labels = new int[y.length()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = whole(file, "Y", i, y.get(i), 1, OBJECTS) - 1;
    }
    return labels;
  }

  private static int whole(Path file, String array, int image, double value, int least, int most)
      throws FormatException {
    if (!(value >= least && value <= most && value == Math.rint(value))) {
      throw new FormatException(
          file,
          "%s of image %s: expected whole numbers from %s to %s, got %s"
              .formatted(array, image, least, most, value));
    }
    return (int) value;
  }

  private static List<View> views(Path file, int[] labels) throws FormatException {
    int[] seen = new int[OBJECTS];
    List<View> views = new ArrayList<>();
    for (int label : labels) {
      if (seen[label] == VIEWS) {
        throw new FormatException(
            file, "Y: expected %s images of object %s, got more".formatted(VIEWS, label + 1));
      }
      views.add(new View(0, 0, STEP * seen[label]++, 0));
    }
    return views;
  }

  /**
   * Splits by viewpoint. Of the azimuths near 0, every other one is for training, 0 among them, and
   * those between are the familiar ones of the test; all that are farther away are novel.
   *
   * @param all the images
   * @param degrees how far an azimuth may be away from 0 to be near, in either direction, 5 to 175
   * @return the parts, which have no image in common
   * @throws IllegalArgumentException if the number is out of its range
   */
  public static ViewpointSplit split(ViewedImages all, int degrees) {
    if (degrees < STEP || degrees >= 180) {
      throw new IllegalArgumentException("degrees: expected 5 to 175, got " + degrees);
    }
    ViewedImages near = all.where(view -> view.isWithin(degrees, 0));
    return new ViewpointSplit(
        near.where(view -> view.azimuth() % (2 * STEP) == 0).images(),
        near.where(view -> view.azimuth() % (2 * STEP) != 0).images(),
        all.where(view -> !view.isWithin(degrees, 0)).images());
  }
}
