package org.capsnet.examples.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.capsnet.model.ImageShape;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.ResNet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;

/** The page in a browser, as somebody uses it; skipped where there is none. */
class ExplorerPageTest {

  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome");

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static ImageClassifier digits;
  private static Explorer explorer;
  private static ChromeDriver browser;

  @TempDir private Path folder;

  @BeforeAll
  static void open() throws IOException {
    Optional<Path> chromium = BROWSERS.stream().flatMap(ExplorerPageTest::onPath).findFirst();
    Optional<Path> driver = onPath("chromedriver").findFirst();
    assumeTrue(
        chromium.isPresent() && driver.isPresent(),
        "the page is not tested: there is no chromium with a chromedriver on the path"
            + " (apt-get install chromium chromium-driver)");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.orElseThrow().toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // which root may not use
        "--disable-gpu",
        "--disable-background-networking",
        "--force-prefers-reduced-motion",
        "--window-size=1360,1000");
    options.setCapability("goog:loggingPrefs", Map.of(LogType.BROWSER, Level.ALL.getName()));
    digits = ImageClassifier.ofDigits();
    explorer = Explorer.start(digits, "digits", 0);
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(driver.orElseThrow().toFile())
                .build(),
            options);
  }

  private static Stream<Path> onPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable);
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.quit();
    }
    if (explorer != null) {
      explorer.close();
      digits.close();
    }
  }

  @BeforeEach
  void load() {
    browser.manage().window().setSize(new Dimension(1360, 1000));
    load(explorer);
  }

  private static void load(Explorer from) {
    browser.get(from.address().toString());
    until(() -> browser.findElement(By.tagName("body")).getDomAttribute("data-ready") != null);
  }

  /** Waits for the page, a minute at most. */
  private static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("the page says %s", text("message")).isLessThan(end);
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static WebElement find(String id) {
    return browser.findElement(By.id(id));
  }

  private static void click(String id) {
    find(id).click();
  }

  private static String text(String id) {
    return find(id).getText();
  }

  /** The sum of the pixels of a canvas. */
  private static long ink(String canvas) {
    return (Long)
        browser.executeScript(
            "const c = document.getElementById(arguments[0]);"
                + "return c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
                + ".reduce((sum, v, i) => i % 4 < 3 ? sum + v : sum, 0)",
            canvas);
  }

  private static String pixels(String canvas) {
    return (String)
        browser.executeScript("return document.getElementById(arguments[0]).toDataURL()", canvas);
  }

  private static void awaitClass(String name) {
    until(() -> name.equals(text("chosen")));
  }

  private static void awaitChange(String canvas, String before) {
    until(() -> !pixels(canvas).equals(before));
  }

  /** A stroke from top to bottom, a one. */
  private static void drawOne() {
    WebElement paper = find("paper");
    new Actions(browser)
        .moveToElement(paper, 20, -100)
        .clickAndHold()
        .moveByOffset(-5, 60)
        .moveByOffset(-5, 60)
        .moveByOffset(-5, 60)
        .release()
        .perform();
  }

  private static void requireNoErrors() {
    assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
        .filteredOn(entry -> entry.getLevel().equals(Level.SEVERE))
        .filteredOn(entry -> !entry.getMessage().contains("422"))
        .isEmpty();
  }

  // ---------------------------------------------------------------- the story

  @Test
  void aStrokeIsReadASliderChangesTheDrawingAndResetBringsItBack() {
    awaitClass("3"); // the example that it begins with
    click("clear");
    until(() -> text("chosen").isEmpty());
    assertThat(find("hint").isDisplayed()).isTrue();
    assertThat(browser.findElements(By.cssSelector(".class.found"))).isEmpty();
    assertThat(ink("drawn")).isZero();

    drawOne();
    awaitClass("1");
    assertThat(find("hint").isDisplayed()).isFalse();
    WebElement found = browser.findElement(By.cssSelector(".class.found"));
    assertThat(found.getText()).startsWith("1").contains("0.9");
    assertThat(found.getDomAttribute("aria-checked")).isEqualTo("true");
    assertThat(ink("seen")).isPositive();
    assertThat(ink("drawn")).isPositive();
    assertThat(text("timing")).matches("Answered in \\d+ ms\\.");

    String before = pixels("drawn");
    String pose = find("pose-2").getDomProperty("value");
    assertThat(find("reset").isEnabled()).isFalse();
    new Actions(browser).clickAndHold(find("pose-2")).moveByOffset(40, 0).release().perform();
    awaitChange("drawn", before);
    assertThat(find("pose-2").getDomProperty("value")).isNotEqualTo(pose);
    click("reset");
    until(() -> pixels("drawn").equals(before));
    assertThat(find("pose-2").getDomProperty("value")).isEqualTo(pose);

    find("pose-5").sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
    awaitChange("drawn", before);
    requireNoErrors();
  }

  @Test
  void aBadFileIsSaidOnThePageAndAPictureIsRead() throws IOException {
    Path bad = Files.writeString(folder.resolve("notes.png"), "no picture");
    find("file").sendKeys(bad.toString());
    until(() -> find("message").isDisplayed());
    assertThat(text("message")).startsWith("notes.png: ").hasLineCount(1);
    assertThat(find("message").getDomAttribute("role")).isEqualTo("alert");

    awaitClass("3");
    Path good = folder.resolve("seven.png");
    Files.write(good, Pictures.darkSeven());
    find("file").sendKeys(good.toString());
    awaitClass("7");
    until(() -> !find("message").isDisplayed());
    assertThat(find("inverted").isSelected()).isTrue();
    String before = pixels("seen");
    click("inverted");
    awaitChange("seen", before);
    requireNoErrors();
  }

  @Test
  void movingTheImageMovesThePose() {
    awaitClass("3");
    String before = pixels("seen");
    String pose = find("pose-0").getDomProperty("value");
    find("move-turn").sendKeys(Keys.PAGE_UP);
    awaitChange("seen", before);
    until(() -> !find("pose-0").getDomProperty("value").equals(pose));
    click("unmove");
    until(() -> pixels("seen").equals(before));
    assertThat(find("move-turn").getDomProperty("value")).isEqualTo("0");
  }

  @Test
  void aClassIsChosenByMouseAndKeys() {
    awaitClass("3");
    String before = pixels("drawn");
    browser.findElement(By.cssSelector("[data-label='8']")).click();
    awaitClass("8");
    awaitChange("drawn", before);
    assertThat(browser.findElement(By.cssSelector(".class.found")).getText()).startsWith("3");
    browser.findElement(By.cssSelector("[data-label='8']")).sendKeys(Keys.ARROW_DOWN);
    awaitClass("9");
    until(() -> text("couplings-note").contains("“9”"));
    assertThat(browser.findElements(By.cssSelector("#voters i"))).hasSize(16);
  }

  @Test
  void oneDrawsByKeysAlone() {
    awaitClass("3");
    WebElement paper = find("paper");
    paper.sendKeys(Keys.DELETE);
    until(() -> text("chosen").isEmpty());
    for (int i = 0; i < 10; i++) {
      paper.sendKeys(Keys.ARROW_UP);
    }
    paper.sendKeys(" ");
    for (int i = 0; i < 20; i++) {
      paper.sendKeys(Keys.ARROW_DOWN);
    }
    paper.sendKeys(" ");
    awaitClass("1");
    paper.sendKeys(Keys.BACK_SPACE);
    until(() -> text("chosen").isEmpty());
  }

  @Test
  void lightAndDarkChangeByAButton() {
    String script = "return getComputedStyle(document.body).backgroundColor";
    Object light = browser.executeScript(script);
    click("theme");
    assertThat(browser.executeScript(script)).isNotEqualTo(light);
    click("theme");
    assertThat(browser.executeScript(script)).isEqualTo(light);
  }

  /** As wide as a phone: nothing sticks out, and all can be reached. */
  @Test
  void aNarrowWindowScrollsInOneDirection() {
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", 360, "height", 740, "deviceScaleFactor", 1, "mobile", true));
    try {
      assertThat(browser.executeScript("return document.documentElement.scrollWidth"))
          .isEqualTo(360L);
    } finally {
      browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }
  }

  @Test
  void everythingThatCanBeUsedHasAName() {
    awaitClass("3");
    assertThat(
            browser.executeScript(
                "return [...document.querySelectorAll('button, input, canvas')]"
                    + ".filter(e => !e.hidden && !(e.getAttribute('aria-label')"
                    + " || e.labels?.length || e.textContent.trim() || e.closest('[hidden]')))"
                    + ".map(e => e.outerHTML)"))
        .isEqualTo(List.of());
  }

  // ---------------------------------------------------------------- other models

  @Test
  void aColourModelOfManyClassesWithoutADecoderSaysWhatItLacks() throws IOException {
    List<String> names = IntStream.range(0, 100).mapToObj(i -> "class " + i).toList();
    ResNet.Config config =
        ResNet.Config.paper().with("classes", 100).with("image", new ImageShape(3, 32, 32));
    try (ImageClassifier model = new ImageClassifier(config.build(1), names);
        Explorer other = Explorer.start(model, "photographs", 0)) {
      load(other);
      assertThat(find("no-decoder").isDisplayed()).isTrue();
      assertThat(find("example").isDisplayed()).isFalse();
      assertThat(find("centred").isDisplayed()).isFalse();
      Path file = folder.resolve("picture.png");
      Files.write(file, Pictures.darkSeven());
      find("file").sendKeys(file.toString());
      until(() -> !browser.findElements(By.cssSelector(".class.found")).isEmpty());
      assertThat(browser.findElements(By.className("class"))).hasSize(12);
      click("all");
      assertThat(browser.findElements(By.className("class"))).hasSize(100);
      until(() -> text("couplings-note").startsWith("No coupling map: "));
      assertThat(find("pose-0").isEnabled()).isFalse();
      requireNoErrors();
    }
  }

  @Test
  void aModelWithPlacesShowsAMap() throws IOException {
    CapsNet.Config config = CapsNet.Config.paper().with("primary.types", 2);
    List<String> names = IntStream.range(0, 10).mapToObj(Integer::toString).toList();
    try (ImageClassifier model = new ImageClassifier(config.build(1), names);
        Explorer other = Explorer.start(model, "untrained", 0)) {
      load(other);
      until(() -> find("map").isDisplayed());
      assertThat(ink("map")).isPositive();
      assertThat(text("couplings-note")).contains("6 × 6");
    }
  }

  @Test
  void aServerThatIsGoneIsSaidOnThePage() throws IOException {
    Explorer other = Explorer.start(digits, "digits", 0);
    load(other);
    awaitClass("3");
    other.close();
    drawOne();
    until(() -> text("message").startsWith("The explorer does not answer."));
    browser.manage().logs().get(LogType.BROWSER); // of the failed requests
  }
}
