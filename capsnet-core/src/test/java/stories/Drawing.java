package stories;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.capsnet.data.LabeledImages;

/** Small grey drawings, made in code: the data of the stories. */
enum Drawing {
  BAR,
  POLE,
  CROSS,
  SLASH,
  RING,
  DISC;

  static final int SIDE = 16;

  /** Drawings in turn, each somewhere near the middle, more or less bright, and with noise. */
  static LabeledImages images(int count, long seed, Drawing... classes) {
    Random random = new Random(seed);
    byte[] pixels = new byte[count * SIDE * SIDE];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % classes.length;
      classes[labels[i]].draw(pixels, i * SIDE * SIDE, random);
    }
    List<String> names =
        Arrays.stream(classes).map(one -> one.name().toLowerCase(Locale.ROOT)).toList();
    return new LabeledImages(pixels, 1, SIDE, SIDE, labels, names);
  }

  private void draw(byte[] pixels, int from, Random random) {
    int left = SIDE / 2 + random.nextInt(-2, 3);
    int top = SIDE / 2 + random.nextInt(-2, 3);
    int brightness = random.nextInt(120, 200);
    for (int i = 0; i < SIDE * SIDE; i++) {
      int ink = isInk(i % SIDE - left, i / SIDE - top) ? brightness : 0;
      pixels[from + i] = (byte) (ink + random.nextInt(50));
    }
  }

  private boolean isInk(int x, int y) {
    boolean bar = Math.abs(y) <= 1 && Math.abs(x) <= 5;
    boolean pole = Math.abs(x) <= 1 && Math.abs(y) <= 5;
    int squared = x * x + y * y;
    return switch (this) {
      case BAR -> bar;
      case POLE -> pole;
      case CROSS -> bar || pole;
      case SLASH -> Math.abs(x + y) <= 1 && Math.abs(x) <= 5;
      case RING -> squared >= 10 && squared <= 26;
      case DISC -> squared <= 20;
    };
  }
}
