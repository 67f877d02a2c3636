package org.capsnet.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.capsnet.data.picture.ByteImage;
import org.capsnet.data.picture.ImageFile;
import org.capsnet.data.picture.PictureFiles;
import org.capsnet.examples.options.ImageSize;
import org.capsnet.examples.options.Ranges;
import org.capsnet.io.FormatException;

/**
 * The rule by which a training chooses what pictures are read as. It looks at up to a hundred of
 * them. The side is the median of their longer sides, from 28 to 64 pixels: below, networks have
 * too few places, and above, training takes long on a CPU. They are read as grey if all of these
 * are. Where all pictures would not fit into the Java heap, the side is smaller.
 *
 * @param size that pictures are resized to
 * @param channels 1 for grey, 3 for colour
 * @param why in words
 */
record PictureRule(ImageSize size, int channels, String why) {

  private static final int LOOKED_AT = 100;
  private static final int LEAST = 28;
  private static final int MOST = 64;
  private static final int GREY = 1;
  private static final int COLOUR = 3;

  /** Samples of a channel that may differ in a grey picture, which JPEG has made of colours. */
  private static final int NEARLY = 6;

  /** The side at which colours are looked at, so that those of thin lines are seen. */
  private static final int THUMB = 64;

  /** The share of the heap for one copy of all pictures. */
  private static final int COPIES = 5;

  /**
   * What to read folders as.
   *
   * @param folders of pictures, further down; the first is looked at
   * @param size that was asked for; null to choose
   * @param channels that were asked for; null to choose
   * @throws Ranges.WrongOption if the pictures would not fit into the heap at that size; the
   *     message says what would
   */
  static PictureRule of(List<Path> folders, ImageSize size, Integer channels) throws IOException {
    List<Looked> some = look(pictures(folders.get(0)));
    int all = 0;
    for (Path folder : folders) {
      all += pictures(folder).size();
    }
    boolean grey = channels == null ? isGrey(some) : channels == GREY;
    int planes = grey ? GREY : COLOUR;
    int room = room(all, planes);
    String colour = grey ? "grey" : "in colour";
    String seen =
        channels == null
            ? " as %s of %d pictures".formatted(grey ? "all" : "some", some.size())
            : " as asked for";
    if (size != null) {
      requireRoom(size, room, all);
      return new PictureRule(
          size,
          planes,
          "pictures are read as %s pixels, as asked for, %s%s".formatted(size, colour, seen));
    }
    int median = median(some);
    int side = Math.min(room, Math.max(LEAST, Math.min(MOST, median)));
    return new PictureRule(
        ImageSize.square(side),
        planes,
        "pictures are read as %dx%d pixels: their longer side has %d in the middle of %d pictures, and the rule takes %d to %d%s; %s%s"
            .formatted(
                side,
                side,
                median,
                some.size(),
                LEAST,
                MOST,
                side == room ? ", or what the Java heap has room for" : "",
                colour,
                seen));
  }

  private static List<Path> pictures(Path folder) throws IOException {
    return PictureFiles.filesBelow(folder).stream().filter(PictureFiles::isPicture).toList();
  }

  /**
   * The side at which a fifth of the heap holds all pictures: they are there up to four times while
   * they are split and shuffled.
   */
  private static int room(int count, int planes) {
    long bytes = Runtime.getRuntime().maxMemory() / COPIES / Math.max(1, count) / planes;
    return (int) Math.min(Short.MAX_VALUE, Math.sqrt((double) bytes));
  }

  private static void requireRoom(ImageSize size, int room, int count) {
    Ranges.require(
        (long) size.height() * size.width() <= (long) room * room,
        "--image-size",
        "at most %d, at which %d pictures fit into a fifth of the Java heap, or java -Xmx4g and the like"
            .formatted(room, count),
        size);
  }

  /** A picture, and its longer side. */
  private record Looked(Path file, int side) {}

  /** Some of them, at equal distances; the reader of all will say what is wrong with others. */
  private static List<Looked> look(List<Path> all) throws IOException {
    List<Looked> some = new ArrayList<>();
    int count = Math.min(LOOKED_AT, all.size());
    for (int i = 0; i < count; i++) {
      Path file = all.get((int) ((long) i * all.size() / count));
      side(file).ifPresent(side -> some.add(new Looked(file, side)));
    }
    return some;
  }

  private static Optional<Integer> side(Path file) throws IOException {
    try {
      ImageFile.PictureSize size = ImageFile.size(file);
      return Optional.of(Math.max(size.height(), size.width()));
    } catch (FormatException e) {
      return Optional.empty();
    }
  }

  private static int median(List<Looked> some) {
    List<Integer> sides = some.stream().map(Looked::side).sorted().toList();
    return sides.isEmpty() ? MOST : sides.get(sides.size() / 2);
  }

  private static boolean isGrey(List<Looked> some) throws IOException {
    for (Looked looked : some) {
      if (isColoured(looked.file)) {
        return false;
      }
    }
    return !some.isEmpty();
  }

  private static boolean isColoured(Path file) throws IOException {
    try {
      byte[] thumb = ImageFile.bytes(file, COLOUR, THUMB, THUMB);
      return isColoured(new ByteImage(thumb, COLOUR, THUMB, THUMB));
    } catch (FormatException e) {
      return false; // damaged behind its header
    }
  }

  private static boolean isColoured(ByteImage picture) {
    return IntStream.range(0, THUMB * THUMB)
        .anyMatch(
            at -> {
              int y = at / THUMB;
              int x = at % THUMB;
              int red = picture.get(0, y, x);
              int green = picture.get(1, y, x);
              int blue = picture.get(2, y, x);
              return Math.abs(red - green) > NEARLY || Math.abs(green - blue) > NEARLY;
            });
  }
}
