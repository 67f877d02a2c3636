package org.capsnet.data.detection;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.capsnet.data.picture.ByteImage;
import org.capsnet.data.picture.ImageFile;
import org.capsnet.data.picture.LabelTurn;
import org.capsnet.data.picture.PictureFiles;
import org.capsnet.io.FormatException;

/** The pictures of Pascal VOC, and which annotation each belongs to. */
final class VocPictures {

  /** The files of each name without its extension. */
  private final Map<String, List<Path>> files;

  private VocPictures(Map<String, List<Path>> files) {
    this.files = files;
  }

  static VocPictures in(Path folder) throws IOException {
    Map<String, List<Path>> files = new HashMap<>();
    for (Path file : PictureFiles.pictures(folder)) {
      files.computeIfAbsent(PictureFiles.stem(file), stem -> new ArrayList<>()).add(file);
    }
    return new VocPictures(files);
  }

  Set<String> names() {
    return files.keySet();
  }

  /**
   * An upright picture, and how its boxes must be turned to fit it.
   *
   * @param image the picture
   * @param turn of the boxes
   */
  record Turned(ByteImage image, LabelTurn turn) {

    /** The width of the picture that the boxes are drawn on. */
    int width() {
      return turn.swapsSides() ? image.height() : image.width();
    }

    /** The height of the picture that the boxes are drawn on. */
    int height() {
      return turn.swapsSides() ? image.width() : image.height();
    }
  }

  /**
   * Reads the picture of an annotation.
   *
   * @throws FormatException if it is not there or cannot be read, has another size than its
   *     annotation says, or is turned, and the orientation of the boxes cannot be decided
   */
  Turned read(String name, VocAnnotation annotation, int channels) throws IOException {
    Path file = find(name, annotation);
    ByteImage image = ImageFile.read(file, channels);
    LabelTurn turn =
        LabelTurn.of(annotation.file(), file, image, annotation.width(), annotation.height());
    Turned picture = new Turned(image, turn);
    boolean stated = annotation.width() > 0 && annotation.height() > 0;
    boolean fits = annotation.width() == picture.width() && annotation.height() == picture.height();
    if (stated && !fits) {
      throw new FormatException(
          annotation.file(),
          "its boxes are for a picture of %s × %s pixels, which has %s × %s"
              .formatted(
                  annotation.width(), annotation.height(), picture.width(), picture.height()));
    }
    return picture;
  }

  /** The picture of the same name, or else the one that the annotation names. */
  private Path find(String name, VocAnnotation annotation) throws FormatException {
    String named = VocList.lastPart(annotation.pictureName().orElse(name));
    List<Path> found =
        files.getOrDefault(name, files.getOrDefault(VocList.withoutEnding(named), List.of()));
    if (found.isEmpty()) {
      throw new FormatException(annotation.file(), "its picture is not in JPEGImages");
    }
    if (found.size() == 1) {
      return found.get(0);
    }
    return found.stream()
        .filter(file -> file.getFileName().toString().equals(named))
        .findFirst()
        .orElseThrow(
            () ->
                new FormatException(
                    annotation.file(), "several pictures may belong to it: " + found));
  }
}
