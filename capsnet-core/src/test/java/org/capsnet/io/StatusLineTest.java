package org.capsnet.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StatusLineTest {

  private static final long SECOND = 1_000_000_000L;

  private final List<String> lines = new ArrayList<>();
  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private long now = Long.MAX_VALUE - SECOND; // a clock may pass the largest number

  private StatusLine onTerminal() {
    return StatusLine.onTerminal(new PrintStream(screen, true, StandardCharsets.UTF_8), () -> now);
  }

  private String seen() {
    return screen.toString(StandardCharsets.UTF_8);
  }

  @Test
  void withoutATerminalALineComesEveryTenSeconds() {
    StatusLine status = StatusLine.inLines(lines::add, () -> now);
    for (int second = 0; second <= 25; second++) {
      int at = second;
      status.show(() -> "at " + at);
      now += SECOND;
    }
    status.print("done");
    status.close();
    assertThat(lines).containsExactly("at 10", "at 20", "done");
  }

  @Test
  void whatIsHurriedComesAtOnce() {
    StatusLine status = StatusLine.inLines(lines::add, () -> now);
    status.hurry();
    status.show(() -> "first");
    status.show(() -> "too early");
    assertThat(lines).containsExactly("first");
  }

  @Test
  void whatIsNotShownIsNotMade() {
    StatusLine status = StatusLine.inLines(lines::add, () -> now);
    status.show(
        () -> {
          throw new AssertionError("made");
        });
    assertThat(lines).isEmpty();
  }

  @Test
  void onATerminalALineIsWrittenOverTheOneBefore() {
    StatusLine status = onTerminal();
    for (String text : List.of("three", "two", "one")) {
      now += SECOND / 4;
      status.show(() -> text);
      status.show(() -> "too early");
    }
    assertThat(seen()).isEqualTo("\rthree\rtwo  \rone");
    status.close();
    status.close();
    assertThat(seen()).isEqualTo("\rthree\rtwo  \rone" + System.lineSeparator());
  }

  @Test
  void aLineThatStaysTakesItsPlace() {
    StatusLine status = onTerminal();
    status.hurry();
    status.show(() -> "half");
    status.print("all");
    status.print("more");
    status.close();
    String end = System.lineSeparator();
    assertThat(seen()).isEqualTo("\rhalf\r    \rall" + end + "more" + end);
  }

  @Test
  void aLineThatWouldWrapIsCut() {
    StatusLine status = onTerminal();
    status.hurry();
    status.show(() -> "x".repeat(200));
    assertThat(seen()).isEqualTo("\r" + "x".repeat(79));
  }

  @Test
  void isNotRedrawnWhereThereIsNoTerminal() {
    assertThat(StatusLine.of(LoggerFactory.getLogger(StatusLineTest.class)).isRedrawn()).isFalse();
    assertThat(onTerminal().isRedrawn()).isTrue();
  }

  @Test
  void theSettingIsOnOrOff() {
    assertThat(StatusLine.isOff("on")).isFalse();
    assertThat(StatusLine.isOff("off")).isTrue();
    assertThatIllegalStateException()
        .isThrownBy(() -> StatusLine.isOff("quiet"))
        .withMessage("capsnet.progress: expected on or off, got quiet");
  }
}
