package org.capsnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.capsnet.io.FormatException;
import org.capsnet.testing.ForkedJvm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A small set of the form of MNIST, served from this machine. */
class MnistTest {

  private static final List<String> NAMES = List.of("zero", "one", "two");
  private static final Duration PATIENCE = Duration.ofMillis(400);
  private static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "train-labels-idx1-ubyte";

  @TempDir Path folder;

  private final Map<String, byte[]> files = new TreeMap<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;

  /** What happens while the server is asked. */
  private volatile Callable<?> meanwhile = () -> null;

  private byte[] images;
  private boolean ranges = true;
  private int cutAfter = Integer.MAX_VALUE;

  /** The place in the file where the server falls silent. */
  private volatile int stallAt = Integer.MAX_VALUE;

  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeEach
  void serve() throws IOException {
    byte[] pixels = new byte[100 * 28 * 28];
    new Random(1).nextBytes(pixels);
    images = IdxReaderTest.idx(2051, new int[] {100, 28, 28}, pixels);
    files.put("/" + IMAGES + ".gz", IdxReaderTest.gzip(images));
    files.put("/" + LABELS + ".gz", IdxReaderTest.gzip(labels()));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads); // one that stalls must not hold up the next
    server.start();
  }

  private static byte[] labels() {
    return labels(0);
  }

  private static byte[] labels(int all) {
    byte[] labels = new byte[100];
    Arrays.fill(labels, (byte) all);
    return IdxReaderTest.idx(2049, new int[] {100}, labels);
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    threads.shutdown();
  }

  /** Serves a file, or the rest of it, and breaks the connection after {@link #cutAfter} bytes. */
  private void answer(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    requests.add(exchange.getRequestURI() + (range == null ? "" : " " + range));
    byte[] content = files.get(exchange.getRequestURI().getPath());
    try (exchange) {
      meanwhile.call();
      if (content == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      int from = 0;
      if (range != null && ranges) {
        from = Integer.parseInt(range.replaceAll("\\D", ""));
      }
      if (from >= content.length) {
        exchange.sendResponseHeaders(416, -1);
        return;
      }
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + content.length + "/" + content.length);
      exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
      int sent = Math.min(content.length - from, cutAfter);
      int sound = Math.min(sent, Math.max(0, stallAt - from));
      exchange.getResponseBody().write(content, from, sound);
      if (sound < sent) {
        exchange.getResponseBody().flush();
        end.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** As where one set lies under the name of another. */
  @Test
  void theLabelsTellTheNamesOfTheirClasses() throws Exception {
    Files.write(folder.resolve(IMAGES), images);
    for (int all : new int[] {0, 1, 2}) {
      Files.write(folder.resolve(LABELS), labels(all));
      assertThat(mnist().in(folder).train().classNames())
          .isEqualTo(all == 1 ? List.of("one", "two", "three") : NAMES);
    }
  }

  @Test
  void someMirrorsHaveADotInTheNames() throws Exception {
    Files.write(folder.resolve("train-images.idx3-ubyte"), images);
    Files.write(folder.resolve("train-labels.idx1-ubyte.gz"), IdxReaderTest.gzip(labels()));
    assertThat(mnist().in(folder).train().count()).isEqualTo(100);
    assertThat(requests).isEmpty();
  }

  private Mnist mnist() throws Exception {
    URI home = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    return new Mnist(
        NAMES,
        Map.of(sha256(labels(1)), List.of("one", "two", "three")),
        Optional.empty(),
        folder.resolve("cache"),
        Map.of(
            IMAGES,
                new Download(home.resolve(IMAGES + ".gz"), sha256(images), images.length, PATIENCE),
            LABELS, new Download(home.resolve(LABELS + ".gz"), sha256(labels()), 108)));
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  private Path cached(String name) {
    return folder.resolve("cache").resolve(name);
  }

  // ---------------------------------------------------------------- what goes well

  @Test
  void downloadsOnceAndKeepsTheFile() throws Exception {
    assertThat(mnist().train().count()).isEqualTo(100);
    assertThat(mnist().train().classNames()).isEqualTo(NAMES);
    assertThat(requests).containsExactly("/" + IMAGES + ".gz", "/" + LABELS + ".gz");
    assertThat(folder.resolve("cache").toFile().list())
        .containsExactlyInAnyOrder(IMAGES + ".gz", LABELS + ".gz");
  }

  @Test
  void aFolderIsReadAndNothingElse() throws Exception {
    Path own = Files.createDirectory(folder.resolve("own"));
    Files.write(own.resolve(IMAGES), images);
    Files.write(own.resolve(LABELS + ".gz"), IdxReaderTest.gzip(labels()));
    assertThat(mnist().in(own).train().count()).isEqualTo(100);
    assertThat(requests).isEmpty();
    assertThat(folder.resolve("cache")).doesNotExist();
  }

  @Test
  void theCacheComesBeforeTheNetwork() throws Exception {
    Files.createDirectory(folder.resolve("cache"));
    Files.write(cached(LABELS + ".gz"), IdxReaderTest.gzip(labels()));
    assertThat(mnist().train().count()).isEqualTo(100);
    assertThat(requests).containsExactly("/" + IMAGES + ".gz");
  }

  @Test
  void goesOnAfterACut() throws Exception {
    cutAfter = 30_000;
    assertThat(mnist().train().count()).isEqualTo(100);
    List<String> asked = requests.stream().filter(r -> r.contains(IMAGES)).toList();
    assertThat(asked).first().isEqualTo("/" + IMAGES + ".gz");
    assertThat(asked).hasSizeGreaterThan(2);
    // A cut connection may take with it what had arrived and was not read: at most the 30,000
    // count.
    int had = 0;
    for (String request : asked.subList(1, asked.size())) {
      int from = Integer.parseInt(request.replaceAll(".* bytes=(\\d+)-", "$1"));
      assertThat(from).isBetween(had + 1, had + cutAfter);
      had = from;
    }
  }

  @Test
  void goesOnWithWhatAnEarlierRunLeft() throws Exception {
    byte[] packed = files.get("/" + IMAGES + ".gz");
    Files.createDirectory(folder.resolve("cache"));
    Files.write(cached(IMAGES + ".gz.part"), Arrays.copyOf(packed, 1000));
    assertThat(mnist().train().count()).isEqualTo(100);
    assertThat(requests).first().isEqualTo("/" + IMAGES + ".gz bytes=1000-");
  }

  @Test
  void takesAFileThatHadAllArrivedBeforeItWasNamed() throws Exception {
    Files.createDirectory(folder.resolve("cache"));
    Files.write(cached(IMAGES + ".gz.part"), files.get("/" + IMAGES + ".gz"));
    assertThat(mnist().train().count()).isEqualTo(100);
  }

  @Test
  void startsAgainWhereTheServerKnowsNoRanges() throws Exception {
    ranges = false;
    Files.createDirectory(folder.resolve("cache"));
    Files.write(cached(IMAGES + ".gz.part"), new byte[500]);
    assertThat(mnist().train().count()).isEqualTo(100);
  }

  @Test
  @Timeout(60)
  void goesOnWhereTheServerFellSilent() throws Exception {
    stallAt = 30_000;
    assertThatThrownBy(() -> mnist().train())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no byte came for 0.4 s; what came before is kept");
    assertThat(cached(IMAGES + ".gz.part")).hasSize(30_000);
    assertThat(requests).containsExactly("/" + IMAGES + ".gz", "/" + IMAGES + ".gz bytes=30000-");
    stallAt = Integer.MAX_VALUE;
    assertThat(mnist().train().count()).isEqualTo(100);
    assertThat(requests).element(2).isEqualTo("/" + IMAGES + ".gz bytes=30000-");
  }

  // ---------------------------------------------------------------- what does not

  @Test
  void aWrongCheckSumIsAnErrorAndTheFileIsRemoved() throws Exception {
    byte[] other = images.clone();
    other[5000] ^= 1;
    files.put("/" + IMAGES + ".gz", IdxReaderTest.gzip(other));
    assertThatThrownBy(() -> mnist().train())
        .isInstanceOf(IOException.class)
        .hasCauseInstanceOf(FormatException.class)
        .hasMessageContaining(IMAGES + ".gz: wrong check sum: expected SHA-256 " + sha256(images));
    assertThat(folder.resolve("cache")).isEmptyDirectory();
  }

  @Test
  void whatIsNotGzipIsAnErrorAndRemoved() throws Exception {
    files.put("/" + IMAGES + ".gz", "<html>please log in</html>".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> mnist().train()).hasMessageContaining("what came is not gzip");
    assertThat(folder.resolve("cache")).isEmptyDirectory();
  }

  @Test
  void aBombIsNotUnpacked() throws Exception {
    files.put("/" + IMAGES + ".gz", IdxReaderTest.gzip(new byte[50_000_000]));
    assertThatThrownBy(() -> mnist().train()).hasMessageContaining("wrong check sum");
    files.put("/" + IMAGES + ".gz", new byte[1_000_000]);
    assertThatThrownBy(() -> mnist().train()).hasMessageContaining("and more come");
    assertThat(folder.resolve("cache")).isEmptyDirectory();
  }

  @Test
  void aMissingFileSaysWhereItShouldBeAndWhatToDo() throws Exception {
    files.clear();
    assertThatThrownBy(() -> mnist().train())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot download http://127.0.0.1:")
        .hasMessageContaining("the server answered 404")
        .hasMessageContaining("Without a network, put ")
        .hasMessageContaining(folder.resolve("cache").toString());
    assertThat(folder.resolve("cache")).isEmptyDirectory();
  }

  @Test
  void aNamedFolderWithoutTheFilesIsAnErrorAndNotADownload() throws Exception {
    Path own = folder.resolve("own");
    String expected =
        ": expected " + IMAGES + " and " + LABELS + " in it, compressed with gzip (.gz) or not";
    assertThatThrownBy(() -> mnist().in(own).train())
        .isInstanceOf(IOException.class)
        .hasMessage(own + " is not a folder" + expected);
    Files.createDirectory(own);
    assertThatThrownBy(() -> mnist().in(own).train()).hasMessage(own + " lacks files" + expected);
    Files.write(own.resolve(IMAGES), images);
    assertThatThrownBy(() -> mnist().in(own).train())
        .hasMessage(
            own + " lacks files: expected " + LABELS + " in it, compressed with gzip (.gz) or not");
    assertThat(requests).isEmpty();
  }

  @Test
  void noNetworkSaysWhatToDo() throws Exception {
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI nowhere = URI.create("http://127.0.0.1:" + unused.getLocalPort() + "/x.gz");
      unused.close();
      Mnist mnist =
          new Mnist(
              NAMES,
              Map.of(),
              Optional.empty(),
              folder.resolve("cache"),
              Map.of(IMAGES, new Download(nowhere, "", 1)));
      assertThatThrownBy(mnist::train)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("cannot download " + nowhere + ": ConnectException")
          .hasMessageContaining("Without a network, put " + IMAGES + " into ");
    }
  }

  /** It is no fault of the network, which another attempt could mend. */
  @Test
  void aFullDiskNamesTheFile() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.isWritable(full), "a device that is always full");
    Files.createDirectory(folder.resolve("cache"));
    Path part = Files.createSymbolicLink(cached(IMAGES + ".gz.part"), full);
    assertThatThrownBy(mnist()::train)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot write " + part + ": No space left on device");
    assertThat(requests).hasSize(1);
  }

  /** Says whether another process may write a file. */
  static final class TryLock {

    public static void main(String[] arguments) throws IOException {
      try (FileChannel channel =
          FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
        System.out.println("locked: " + (channel.tryLock() == null));
      }
    }
  }

  @Test
  void twoDownloadsOfOneFileDoNotMix() throws Exception {
    Path part = cached(IMAGES + ".gz.part");
    List<String> met = new CopyOnWriteArrayList<>();
    meanwhile =
        () -> {
          meanwhile = () -> null;
          met.add(assertThrows(IOException.class, () -> mnist().train()).getMessage());
          // The one that was turned away has not given up the lock of the other.
          return met.addAll(
              ForkedJvm.run(TryLock.class, List.of(), part.toString()).after("locked: "));
        };

    assertThat(mnist().train().count()).isEqualTo(100);

    assertThat(met).hasSize(2);
    assertThat(met.get(0)).startsWith(part + " is being downloaded by another thread");
    assertThat(met.get(1)).isEqualTo("true");
  }

  @Test
  void thePublicSetsComeOverHttpsWithACheckSumEach() {
    for (Mnist set : List.of(Mnist.digits(), Mnist.fashion())) {
      assertThat(set.downloads()).hasSize(4);
      set.downloads()
          .forEach(
              (name, download) -> {
                assertThat(download.from()).hasScheme("https");
                assertThat(download.from().getPath()).endsWith("/" + name + ".gz");
                assertThat(download.sha256()).matches("[0-9a-f]{64}");
              });
    }
  }
}
