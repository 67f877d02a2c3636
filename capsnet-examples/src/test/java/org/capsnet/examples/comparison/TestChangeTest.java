package org.capsnet.examples.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.picture.ByteImage;
import org.capsnet.examples.digits.BundledMnist;
import org.junit.jupiter.api.Test;

class TestChangeTest {

  private static LabeledImages digits() throws IOException {
    return BundledMnist.test().take(12);
  }

  @Test
  void changesAreOfEachImageAndAlwaysTheSame() throws IOException {
    LabeledImages digits = digits();
    assertThat(TestChange.NONE.of(digits)).isSameAs(digits);
    for (TestChange change : TestChange.values()) {
      LabeledImages changed = change.of(digits);
      assertThat(changed.digest()).isEqualTo(change.of(digits()).digest());
      for (int i = 0; i < digits.count() && change != TestChange.NONE; i++) {
        assertThat(changed.label(i)).isEqualTo(digits.label(i));
        assertThat(changed.byteImage(i)).as("%s %s", change, i).isNotEqualTo(digits.byteImage(i));
      }
    }
  }

  @Test
  void aMovedDigitIsMovedByWholePixels() throws IOException {
    LabeledImages digits = digits();
    LabeledImages moved = TestChange.MOVED.of(digits);
    for (int i = 0; i < moved.count(); i++) {
      List<ByteImage> possible = new ArrayList<>();
      ByteImage wide = digits.byteImage(i).placed(4, 4, 36, 36);
      for (int place = 0; place < 81; place++) {
        possible.add(wide.cropped(place / 9, place % 9, 28, 28));
      }
      assertThat(possible).contains(moved.byteImage(i));
    }
  }

  @Test
  void anglesAreOfBothSigns() throws IOException {
    assertThat(TestChange.angles()).containsExactly(-60, -45, -30, -15, 0, 15, 30, 45, 60);
    LabeledImages digits = digits();
    assertThat(TestChange.turned(digits, 0)).isSameAs(digits);
    ByteImage first = digits.byteImage(0);
    assertThat(TestChange.turned(digits, 90).byteImage(0))
        .isEqualTo(first.quarterTurned().quarterTurned().quarterTurned());
  }
}
