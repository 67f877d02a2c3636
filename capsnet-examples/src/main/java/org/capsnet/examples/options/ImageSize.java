package org.capsnet.examples.options;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A height and a width in pixels, written {@code 96} or {@code 192x256}. */
public record ImageSize(int height, int width) {

  /** The proportions of most photographs. */
  public static final ImageSize STANDARD = new ImageSize(192, 256);

  private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,4})(?:x([1-9]\\d{0,4}))?");

  public static ImageSize square(int side) {
    return new ImageSize(side, side);
  }

  @Override
  public String toString() {
    return height + "x" + width;
  }

  /** Reads an option. */
  public static final class Converter implements ITypeConverter<ImageSize> {

    @Override
    public ImageSize convert(String value) {
      Matcher matcher = FORM.matcher(value);
      if (!matcher.matches()) {
        throw new TypeConversionException("expected as 96 or 192x256, got " + value);
      }
      int height = Integer.parseInt(matcher.group(1));
      String width = matcher.group(2);
      return new ImageSize(height, width == null ? height : Integer.parseInt(width));
    }
  }
}
