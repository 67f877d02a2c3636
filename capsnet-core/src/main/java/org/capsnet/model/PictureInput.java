package org.capsnet.model;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.capsnet.data.ImageFile;
import org.capsnet.io.FormatException;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pictures as a network takes them, wherever they come from: one conversion for all.
 *
 * @param channels 1 for grey, 3 for red, green, blue
 * @param height in pixels
 * @param width in pixels
 */
record PictureInput(int channels, int height, int width) {

  INDArray of(Path file) throws IOException {
    return ImageFile.read(file, channels, height, width);
  }

  INDArray of(InputStream stream) throws IOException {
    return ImageFile.read(stream, channels, height, width);
  }

  INDArray of(byte[] bytes) throws FormatException {
    return ImageFile.read(bytes, channels, height, width);
  }

  INDArray of(BufferedImage picture) {
    return ImageFile.read(picture, channels, height, width);
  }
}
