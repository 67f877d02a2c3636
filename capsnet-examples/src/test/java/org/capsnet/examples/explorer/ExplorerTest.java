package org.capsnet.examples.explorer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.capsnet.data.picture.ByteImage;
import org.capsnet.io.Json;
import org.capsnet.model.ImageShape;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.Prediction;
import org.capsnet.model.classification.ResNet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class ExplorerTest {

  private static final String LINE = "[0.5,0.2,0.5,0.8]";
  private static final String ONE = "{\"strokes\":[" + LINE + "],\"pen\":2,\"centred\":true}";

  private static ImageClassifier digits;
  private static Explorer explorer;
  private static int port;

  @BeforeAll
  static void start() throws IOException {
    digits = ImageClassifier.ofDigits();
    explorer = Explorer.start(digits, "digits", 0);
    port = explorer.port();
  }

  @AfterAll
  static void stop() {
    explorer.close();
    digits.close();
  }

  private static HttpResponse<String> upload(int to, byte... file)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to + "/api/picture"))
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(file))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  // ---------------------------------------------------------------- what it is for

  @Test
  void thePageComesWithAllItsFilesAndMayLoadNoOthers() throws IOException {
    Raw page = Raw.get(port, "/");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.body()).contains("<h1>Capsule explorer</h1>");
    assertThat(page.head())
        .contains("text/html; charset=utf-8")
        .containsIgnoringCase("content-security-policy: default-src 'none'; script-src 'self'")
        .doesNotContain("unsafe")
        .containsIgnoringCase("x-content-type-options: nosniff")
        .containsIgnoringCase("x-frame-options: deny");
    for (String file : PageFile.all().keySet()) {
      Raw part = Raw.get(port, file);
      assertThat(part.status()).as(file).isEqualTo(200);
      assertThat(part.body()).as(file).isNotBlank();
      assertThat(part.body().replaceAll("https://arxiv\\.org\\S+|http://www.w3.org/2000/svg", ""))
          .as(file)
          .doesNotContain("http://", "https://", "style=\"", "onclick");
    }
    assertThat(explorer.address()).isEqualTo(URI.create("http://127.0.0.1:" + port + "/"));
  }

  @Test
  void itSaysWhatTheModelIs() throws IOException {
    JsonNode about = Raw.get(port, "/model.json").json();
    assertThat(about.get("name").textValue()).isEqualTo("digits");
    assertThat(about.get("network").textValue()).isEqualTo("EfficientCapsNet");
    assertThat(about.get("classes")).hasSize(10);
    assertThat(about.get("decoder").booleanValue()).isTrue();
    assertThat(about.get("digits").booleanValue()).isTrue();
  }

  /** Each is written with other strokes than the network has seen. */
  @Test
  void everyDigitThatIsWrittenIsRead() throws IOException {
    JsonNode written = Json.read(Raw.get(port, "/digits.json").body());
    assertThat(written).hasSize(10);
    for (int digit = 0; digit < 10; digit++) {
      for (String pen : new String[] {"1.8", "2.2", "3.2"}) {
        String question =
            "{\"strokes\":%s,\"pen\":%s,\"centred\":true}".formatted(written.get(digit), pen);
        JsonNode answer = Raw.post(port, "/api/look", question).json();
        assertThat(answer.get("found").intValue()).as("%s with %s", digit, pen).isEqualTo(digit);
        assertThat(answer.get("lengths").get(digit).doubleValue()).isGreaterThan(0.6);
      }
    }
  }

  /** Wherever and however large one writes, and with however many points. */
  @Test
  void aSmallDigitInACornerIsReadAsWell() throws IOException {
    JsonNode written = Json.read(Raw.get(port, "/digits.json").body());
    for (int digit = 0; digit < 10; digit++) {
      StringBuilder strokes = new StringBuilder();
      for (JsonNode line : written.get(digit)) {
        StringBuilder points = new StringBuilder();
        for (JsonNode xy : line) {
          points.append(points.isEmpty() ? "" : ",").append(0.6 + 0.4 * xy.doubleValue());
        }
        strokes.append(strokes.isEmpty() ? "" : ",").append("[%s]".formatted(points));
      }
      String question = "{\"strokes\":[%s],\"pen\":2.2,\"centred\":%s}";
      Raw answer = Raw.post(port, "/api/look", question.formatted(strokes, true));
      assertThat(answer.json().get("found").intValue()).isEqualTo(digit);
      Raw elsewhere = Raw.post(port, "/api/look", question.formatted(strokes, false));
      assertThat(elsewhere.json().get("seen")).isNotEqualTo(answer.json().get("seen"));
    }
  }

  @Test
  void whatIsSeenIsWhatTheClassifierSaysOfIt() throws IOException {
    JsonNode answer = Raw.post(port, "/api/look", ONE).json();
    byte[] seen = Base64.getDecoder().decode(answer.get("seen").textValue());
    assertThat(seen).hasSize(28 * 28);
    INDArray pixels = new ByteImage(seen, 1, 28, 28).toArray();
    Prediction expected = digits.predict(pixels);
    assertThat(answer.get("found").intValue()).isEqualTo(expected.label()).isEqualTo(1);
    assertThat(answer.get("label").intValue()).isEqualTo(1);
    for (int k = 0; k < 10; k++) {
      assertThat(answer.get("lengths").get(k).doubleValue())
          .isCloseTo(expected.lengths().getDouble(k), within(1e-6));
    }
    assertThat(answer.get("pose").get(3).doubleValue())
        .isCloseTo(expected.pose(1)[3], within(1e-6));
    assertThat(Base64.getDecoder().decode(answer.get("drawn").textValue())).hasSize(28 * 28);
  }

  @Test
  void aChosenClassIsDrawnAndAChangedPoseIsDrawnOtherwise() throws IOException {
    String asked = ONE.replaceFirst("}$", ",\"label\":7}");
    JsonNode answer = Raw.post(port, "/api/look", asked).json();
    assertThat(answer.get("found").intValue()).isEqualTo(1);
    assertThat(answer.get("label").intValue()).isEqualTo(7);
    String pose = answer.get("pose").toString();
    String same =
        Raw.post(port, "/api/draw", "{\"label\":7,\"pose\":" + pose + "}")
            .json()
            .get("drawn")
            .textValue();
    assertThat(same).isEqualTo(answer.get("drawn").textValue());
    String changed = pose.replaceFirst("\\[[^,]+,", "[0.9,");
    String other =
        Raw.post(port, "/api/draw", "{\"label\":7,\"pose\":" + changed + "}")
            .json()
            .get("drawn")
            .textValue();
    assertThat(other).isNotEqualTo(same);
  }

  @Test
  void eachMoveChangesWhatIsSeen() throws IOException {
    String still = Raw.post(port, "/api/look", ONE).json().get("seen").textValue();
    for (String move : new String[] {"\"right\":4", "\"down\":-4", "\"turn\":45", "\"size\":0.6"}) {
      String asked = ONE.replaceFirst("}$", ",\"move\":{" + move + "}}");
      Raw answer = Raw.post(port, "/api/look", asked);
      assertThat(answer.json().get("seen").textValue()).as(move).isNotEqualTo(still);
    }
  }

  @Test
  void couplingsOfANetworkWithoutPlacesAreThoseOfItsCapsules() throws IOException {
    JsonNode answer =
        Raw.post(port, "/api/explain", ONE.replaceFirst("}$", ",\"label\":1}")).json();
    assertThat(answer.get("voters")).hasSize(16);
    assertThat(answer.has("map")).isFalse();
    assertThat(Raw.post(port, "/api/explain", ONE).error()).startsWith("label: expected");
  }

  @Test
  void aPictureIsReadAtASizeToBeCutFrom() throws IOException, InterruptedException {
    JsonNode answer = Json.read(upload(port, Pictures.square(50, 0xFFFFFF)).body());
    assertThat(answer.get("height").intValue()).isEqualTo(4 * 28);
    assertThat(answer.get("bright").booleanValue()).isTrue();
    assertThat(Json.read(upload(port, Pictures.square(50, 0)).body()).get("bright").booleanValue())
        .isFalse();
    String pixels = answer.get("pixels").toString();
    String asked = "{\"pixels\":%s,\"height\":112,\"width\":112%s}";
    byte[] light = seen(asked.formatted(pixels, ""));
    byte[] dark = seen(asked.formatted(pixels, ",\"inverted\":true"));
    assertThat(light).hasSize(28 * 28).containsOnly(-1);
    assertThat(dark).containsOnly(0);
  }

  private static byte[] seen(String question) throws IOException {
    return Base64.getDecoder()
        .decode(Raw.post(port, "/api/look", question).json().get("seen").textValue());
  }

  // ---------------------------------------------------------------- other models

  @Test
  void aModelOfManyColourClassesWithoutADecoderOrCouplings()
      throws IOException, InterruptedException {
    List<String> names = IntStream.range(0, 100).mapToObj(i -> "class " + i).toList();
    ResNet.Config config =
        ResNet.Config.paper().with("classes", 100).with("image", new ImageShape(3, 32, 24));
    try (ImageClassifier model = new ImageClassifier(config.build(1), names);
        Explorer other = Explorer.start(model, "photographs", 0)) {
      JsonNode about = Raw.get(other.port(), "/model.json").json();
      assertThat(about.get("decoder").booleanValue()).isFalse();
      assertThat(about.get("digits").booleanValue()).isFalse();
      JsonNode picture = Json.read(upload(other.port(), Pictures.square(40, 0xFF8000)).body());
      assertThat(picture.get("height").intValue()).isEqualTo(32);
      assertThat(picture.get("width").intValue()).isEqualTo(24);
      String asked =
          "{\"pixels\":%s,\"height\":32,\"width\":24,\"label\":99}"
              .formatted(picture.get("pixels"));
      JsonNode answer = Raw.post(other.port(), "/api/look", asked).json();
      assertThat(answer.get("lengths")).hasSize(100);
      assertThat(answer.has("drawn")).isFalse();
      assertThat(answer.get("seen")).isEqualTo(picture.get("pixels"));
      assertThat(Raw.post(other.port(), "/api/explain", asked).json().get("why").textValue())
          .isNotBlank();
      assertThat(Raw.post(other.port(), "/api/look", ONE).error()).startsWith("centred: expected");
      String drawn = ONE.replace(",\"centred\":true", "");
      assertThat(Raw.post(other.port(), "/api/look", drawn).status()).isEqualTo(200);
      assertThat(Raw.post(other.port(), "/api/draw", "{\"label\":0,\"pose\":[1]}").error())
          .isEqualTo("this network has no decoder");
    }
  }

  @Test
  void couplingsOfANetworkWithPlacesAreAMap() throws IOException {
    CapsNet.Config config = CapsNet.Config.paper().with("primary.types", 2);
    List<String> names = IntStream.range(0, 10).mapToObj(i -> "number " + i).toList();
    try (ImageClassifier model = new ImageClassifier(config.build(1), names);
        Explorer other = Explorer.start(model, "untrained", 0)) {
      String asked = ONE.replaceFirst("}$", ",\"label\":3}");
      JsonNode answer = Raw.post(other.port(), "/api/explain", asked).json();
      assertThat(answer.get("voters")).hasSize(2);
      assertThat(answer.get("places").toString()).isEqualTo("[6,6]");
      byte[] map = Base64.getDecoder().decode(answer.get("map").textValue());
      assertThat(map).hasSize(28 * 28);
      int[] values = IntStream.range(0, map.length).map(i -> map[i] & 0xFF).sorted().toArray();
      assertThat(values[values.length - 1] - values[0]).isGreaterThan(200);
    }
  }

  // ---------------------------------------------------------------- many at once

  @Test
  void sixteenClientsAtOnceGetTheAnswersOfOne() throws Exception {
    List<String> questions = new ArrayList<>();
    List<JsonNode> expected = new ArrayList<>();
    JsonNode written = Json.read(Raw.get(port, "/digits.json").body());
    for (JsonNode digit : written) {
      questions.add("{\"strokes\":%s,\"pen\":2.2,\"centred\":true}".formatted(digit));
      expected.add(Raw.post(port, "/api/look", questions.get(questions.size() - 1)).json());
    }
    ExecutorService clients = Executors.newFixedThreadPool(16);
    try {
      List<Callable<Void>> all = new ArrayList<>();
      for (int client = 0; client < 16; client++) {
        int first = client;
        all.add(
            () -> {
              for (int i = 0; i < 20; i++) {
                int which = (first + i) % questions.size();
                Raw answer = Raw.post(port, "/api/look", questions.get(which));
                requireSame(answer.json(), expected.get(which));
              }
              return null;
            });
      }
      for (Future<Void> done : clients.invokeAll(all)) {
        done.get();
      }
    } finally {
      clients.shutdown();
    }
  }

  /** In a batch with others, numbers differ in their last digits. */
  private static void requireSame(JsonNode answer, JsonNode expected) {
    assertThat(answer.get("seen")).isEqualTo(expected.get("seen"));
    assertThat(answer.get("found")).isEqualTo(expected.get("found"));
    for (String numbers : new String[] {"lengths", "pose"}) {
      assertThat(answer.get(numbers)).hasSameSizeAs(expected.get(numbers));
      for (int i = 0; i < answer.get(numbers).size(); i++) {
        assertThat(answer.get(numbers).get(i).doubleValue())
            .isCloseTo(expected.get(numbers).get(i).doubleValue(), within(1e-4));
      }
    }
  }

  // ---------------------------------------------------------------- hostile requests

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../../../../etc/passwd",
        "/..%2f..%2fetc/passwd",
        "/%2e%2e/pom.xml",
        "//etc/passwd",
        "/style.css/..",
        "/Explorer.class",
        "/api",
        "/api/look/",
        "/index.html%00",
        "/index",
        "/?",
        "/.",
        "http://127.0.0.1/etc/passwd",
        "*"
      })
  void nothingButThePageIsFound(String path) throws IOException {
    Raw answer = Raw.get(port, path);
    if (path.equals("/?")) {
      assertThat(answer.status()).isEqualTo(200);
    } else {
      assertThat(answer.status()).isIn(400, 404);
      assertThat(answer.body()).doesNotContain("root:");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "7",
        "{}",
        "{\"strokes\":3}",
        "{\"strokes\":[[1]],\"pen\":1}",
        "{\"strokes\":[[1,2]],\"pen\":1}",
        "{\"strokes\":[[0,\"a\"]],\"pen\":1}",
        "{\"strokes\":[[0,null]],\"pen\":1}",
        "{\"strokes\":[],\"pen\":-1}",
        "{\"strokes\":[]}",
        "{\"strokes\":[[0,1e999]],\"pen\":1}",
        "{\"strokes\":[],\"pen\":1,\"centred\":2}",
        "{\"strokes\":[],\"pen\":1,\"label\":10}",
        "{\"strokes\":[],\"pen\":1,\"label\":-1}",
        "{\"strokes\":[],\"pen\":1,\"label\":1.5}",
        "{\"strokes\":[],\"pen\":1,\"move\":{\"size\":0}}",
        "{\"strokes\":[],\"pen\":1,\"move\":{\"turn\":\"NaN\"}}",
        "{\"pixels\":\"!\"}",
        "{\"pixels\":\"!\",\"height\":1,\"width\":1}",
        "{\"pixels\":\"AAAA\",\"height\":9,\"width\":9}",
        "{\"pixels\":\"AA==\",\"height\":1000000,\"width\":1000000}",
        "{\"pixels\":\"AA==\",\"height\":-1,\"width\":1}",
        "{\"strokes\":[],\"strokes\":[],\"pen\":1}"
      })
  void aBadQuestionIsRefusedInALine(String body) throws IOException {
    Raw answer = Raw.post(port, "/api/look", body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.error()).isNotBlank().hasLineCount(1).doesNotContain("Exception");
    assertThat(answer.error().length()).isLessThan(200);
  }

  @Test
  void deepAndLongQuestionsAreRefused() throws IOException {
    assertThat(Raw.post(port, "/api/look", "[".repeat(100_000)).status()).isEqualTo(400);
    assertThat(Raw.post(port, "/api/look", "{\"a\":" + "9".repeat(5000) + "}").status())
        .isEqualTo(400);
    String points = "0.5,".repeat(150_000);
    String tooLong = "{\"strokes\":[[" + points + "0.5]],\"pen\":1}";
    assertThat(Raw.post(port, "/api/look", tooLong).error()).contains("at most 100000");
  }

  @Test
  void aBadPoseIsRefused() throws IOException {
    for (String bad :
        new String[] {
          "{\"label\":1}", "{\"label\":1,\"pose\":[1,2]}", "{\"label\":1,\"pose\":[]}",
          "{\"pose\":[1]}", "{\"label\":1,\"pose\":[1e300]}", "{\"label\":1,\"pose\":\"x\"}"
        }) {
      Raw answer = Raw.post(port, "/api/draw", bad);
      assertThat(answer.status()).as(bad + answer.body()).isEqualTo(400);
      assertThat(answer.error()).hasLineCount(1);
    }
  }

  @Test
  void whatIsNoPictureIsRefusedWithTheReason() throws IOException, InterruptedException {
    HttpResponse<String> text = upload(port, "hello".getBytes(UTF_8));
    assertThat(text.statusCode()).isEqualTo(422);
    assertThat(Json.read(text.body()).get("error").textValue()).hasLineCount(1).contains("picture");
    assertThat(upload(port).statusCode()).isEqualTo(422);
    byte[] cut = Arrays.copyOf(Pictures.square(50, 0xFFFFFF), 80);
    assertThat(upload(port, cut).statusCode()).isEqualTo(422);
  }

  @Test
  void hugeBodiesAreRefusedUnread() throws IOException {
    for (String path : new String[] {"/api/look", "/api/picture"}) {
      String type = path.endsWith("look") ? "application/json" : "application/octet-stream";
      String head = Raw.head("POST", path, port, "Content-Type: " + type);
      assertThat(Raw.send(port, head + "Content-Length: 99999999999\r\n\r\n").status())
          .isEqualTo(413);
    }
    assertThat(
            Raw.send(port, Raw.head("POST", "/api/look", port) + "Content-Length: -5\r\n\r\n")
                .status())
        .isEqualTo(400);
  }

  @Test
  void aBodyThatGrowsIsCutOff() throws IOException {
    try (Socket socket = Raw.connect(port)) {
      OutputStream out = socket.getOutputStream();
      String head =
          Raw.head(
              "POST",
              "/api/look",
              port,
              "Content-Type: application/json",
              "Transfer-Encoding: chunked");
      out.write((head + "\r\n").getBytes(UTF_8));
      byte[] chunk = ("10000\r\n" + " ".repeat(1 << 16) + "\r\n").getBytes(UTF_8);
      int sent = 0;
      try {
        for (; sent < 1000; sent++) {
          out.write(chunk);
        }
      } catch (IOException e) {
        assertThat(sent).isPositive(); // the server hung up, as it should
      }
      assertThat(sent).isLessThan(1000);
    }
    assertThat(Raw.get(port, "/").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Origin: http://evil.example",
        "Origin: null",
        "Origin: https://127.0.0.1:80",
        "Origin: http://127.0.0.1",
        "Origin: http://127.0.0.1.evil.example",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site"
      })
  void aForeignSiteMayNotAsk(String header) throws IOException {
    Raw answer = Raw.post(port, "/api/look", ONE, header);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.head()).doesNotContainIgnoringCase("access-control");
  }

  @Test
  void aForeignNameForThisMachineIsRefused() throws IOException {
    for (String host :
        new String[] {"evil.example", "evil.example:" + port, "127.0.0.1", "0.0.0.0:" + port}) {
      String request = "GET /model.json HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n";
      assertThat(Raw.send(port, request.formatted(host)).status()).as(host).isEqualTo(403);
    }
    assertThat(Raw.send(port, "GET / HTTP/1.0\r\n\r\n").status()).isEqualTo(403);
    String own = "GET / HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n\r\n";
    assertThat(Raw.send(port, own.formatted(port)).status()).isEqualTo(200);
    Raw same = Raw.post(port, "/api/look", ONE, "Origin: http://localhost:" + port);
    assertThat(same.status()).isEqualTo(200);
    // A link from elsewhere may lead here.
    assertThat(Raw.get(port, "/", "Sec-Fetch-Site: cross-site").status()).isEqualTo(200);
  }

  @Test
  void otherMethodsAndTypesAreRefused() throws IOException {
    for (String method : new String[] {"PUT", "DELETE", "OPTIONS", "TRACE", "HEAD", "POST", "X"}) {
      Raw answer = Raw.send(port, Raw.head(method, "/", port) + "Content-Length: 0\r\n\r\n");
      assertThat(answer.status()).as(method).isEqualTo(405);
      assertThat(answer.head()).containsIgnoringCase("allow: GET");
    }
    assertThat(Raw.get(port, "/api/look").status()).isEqualTo(405);
    String form = "Content-Type: application/x-www-form-urlencoded";
    String head = Raw.head("POST", "/api/look", port, form, "Content-Length: 2");
    assertThat(Raw.send(port, head + "\r\n{}").status()).isEqualTo(415);
    assertThat(Raw.send(port, "nonsense\r\n\r\n").status()).isIn(0, 400);
  }

  /** Longer than a request may take, {@code sun.net.httpserver.maxReqTime}. */
  @Test
  void slowClientsAreCutOffAndHoldNobodyUp() throws IOException {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        Socket socket = Raw.connect(port);
        slow.add(socket);
        String head = Raw.head("POST", "/api/look", port, "Content-Type: application/json");
        String part = i % 2 == 0 ? head : head + "Content-Length: 100\r\n\r\n{";
        socket.getOutputStream().write(part.getBytes(UTF_8));
        socket.getOutputStream().flush();
      }
      assertThat(Raw.post(port, "/api/look", ONE).status()).isEqualTo(200);
      for (Socket socket : slow) {
        assertThat(Raw.read(socket).status()).isZero();
      }
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
    assertThat(Raw.post(port, "/api/look", ONE).status()).isEqualTo(200);
  }

  // ---------------------------------------------------------------- beginning and end

  @Test
  void aBusyPortIsSaidInALine() {
    assertThatThrownBy(() -> Explorer.start(digits, "digits", port))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("port " + port + ": Address already in use");
    assertThatThrownBy(() -> Explorer.start(digits, "digits", 65_536))
        .hasMessage("port: expected 0 to 65535, got 65536");
  }

  @Test
  void itEndsWhenClosed() throws IOException {
    Explorer other = Explorer.start(digits, "digits", 0);
    int own = other.port();
    assertThat(Raw.get(own, "/").status()).isEqualTo(200);
    other.close();
    assertThatThrownBy(() -> Raw.get(own, "/")).isInstanceOf(IOException.class);
    Explorer.start(digits, "digits", own).close();
  }
}
