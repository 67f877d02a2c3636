package org.capsnet.examples.output;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.capsnet.io.AtomicFiles;

/** Writes pictures. */
public final class PngFiles {

  private PngFiles() {}

  /** Writes a picture as a whole or not at all. */
  public static void write(Path file, BufferedImage picture) throws IOException {
    AtomicFiles.write(
        file,
        out -> {
          if (!ImageIO.write(picture, "png", out)) {
            throw new IOException("this Java has no PNG writer");
          }
        });
  }
}
