package org.capsnet.examples.explorer;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.capsnet.io.FormatException;
import org.capsnet.io.Json;
import org.capsnet.model.classification.ImageClassifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the capsule explorer on 127.0.0.1: a page to draw on, which shows what the capsules of a
 * classifier make of it. Nothing of it goes over the network.
 *
 * <pre>{@code
 * try (ImageClassifier digits = ImageClassifier.ofDigits();
 *     Explorer explorer = Explorer.start(digits, "digits", 0)) {
 *   System.out.println(explorer.address());
 *   …
 * }
 * }</pre>
 */
public final class Explorer implements AutoCloseable {

  /** The largest picture file that is taken, in bytes. */
  static final int MOST_FILE_BYTES = 16 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(Explorer.class);

  private static final int UNPROCESSABLE = 422;
  private static final int MOST_CLIENTS = 64;
  private static final int IDLE_SECONDS = 10;
  private static final int QUESTION_BYTES = 1 << 20;
  private static final String JSON = "application/json";
  private static final String BYTES = "application/octet-stream";

  static {
    // How long a request may take to arrive, in seconds: the JDK's server waits forever otherwise.
    setUnlessSet("sun.net.httpserver.maxReqTime", "5");
    // It writes head and body apart; without this the second waits 40 ms for the first to be
    // acknowledged.
    setUnlessSet("sun.net.httpserver.nodelay", "true");
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** Answers a request that has been read. */
  private interface Answer {
    Map<String, Object> of(byte[] body) throws IOException;
  }

  /** What can be asked. */
  private record Endpoint(String type, int mostBytes, Answer answer) {}

  private final HttpServer server;
  private final ExecutorService clients;
  private final Guard guard;
  private final Exploration exploration;
  private final Map<String, PageFile> files;
  private final Map<String, Endpoint> endpoints;

  private Explorer(HttpServer server, Exploration exploration) {
    this.server = server;
    this.exploration = exploration;
    guard = new Guard(port());
    files = new HashMap<>(PageFile.all());
    files.put("/model.json", new PageFile(JSON, json(exploration.about())));
    int questionBytes = QUESTION_BYTES + 32 * exploration.shape().pixels();
    endpoints =
        Map.of(
            "/api/look",
            new Endpoint(JSON, questionBytes, body -> exploration.look(question(body))),
            "/api/explain",
            new Endpoint(JSON, questionBytes, body -> exploration.explain(question(body))),
            "/api/draw",
            new Endpoint(JSON, QUESTION_BYTES, body -> drawn(body)),
            "/api/picture",
            new Endpoint(BYTES, MOST_FILE_BYTES, exploration::read));
    clients =
        new ThreadPoolExecutor(
            0,
            MOST_CLIENTS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> Exploration.daemon("explorer", work));
    server.setExecutor(clients);
    server.createContext("/", this::handle);
    server.start();
  }

  /**
   * Starts a server.
   *
   * @param model what is explored, which stays the caller's and has to stay open
   * @param name of the model, for the page
   * @param port 1 to 65535, or 0 for any that is free
   * @return the server, which runs until it is closed
   * @throws IOException if the port is in use or not allowed
   * @throws IllegalArgumentException if there is no such port
   */
  public static Explorer start(ImageClassifier model, String name, int port) throws IOException {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: expected 0 to 65535, got " + port);
    }
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    try {
      return new Explorer(HttpServer.create(address, 0), new Exploration(model, name));
    } catch (BindException e) {
      throw new IOException(
          "port %d: %s; another one may be free, and 0 takes any".formatted(port, e.getMessage()),
          e);
    }
  }

  /** {@return the port that it listens on} */
  public int port() {
    return server.getAddress().getPort();
  }

  /** {@return the address of the page} */
  public URI address() {
    return URI.create("http://127.0.0.1:" + port() + "/");
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Guard.protect(exchange.getResponseHeaders());
      try {
        answer(exchange);
      } catch (RefusedException e) {
        complain(exchange, e.status(), e.getMessage());
      } catch (FormatException e) {
        complain(exchange, UNPROCESSABLE, e.getMessage());
      } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
        complain(exchange, HttpURLConnection.HTTP_BAD_REQUEST, e.getMessage());
      } catch (RuntimeException e) {
        LOG.error("{} failed", exchange.getRequestURI(), e);
        complain(exchange, HttpURLConnection.HTTP_INTERNAL_ERROR, e.toString());
      }
    }
  }

  private void answer(HttpExchange exchange) throws IOException, RefusedException {
    guard.require(exchange);
    String path = exchange.getRequestURI().getPath();
    if (endpoints.containsKey(path)) {
      requireMethod(exchange, "POST");
      Endpoint endpoint = endpoints.get(path);
      byte[] body = body(exchange, endpoint);
      send(exchange, HttpURLConnection.HTTP_OK, JSON, json(endpoint.answer().of(body)));
    } else if (files.containsKey(path)) {
      requireMethod(exchange, "GET");
      PageFile file = files.get(path);
      send(exchange, HttpURLConnection.HTTP_OK, file.type(), file.bytes());
    } else {
      throw new RefusedException(HttpURLConnection.HTTP_NOT_FOUND, "there is no such page");
    }
  }

  private static void requireMethod(HttpExchange exchange, String method) throws RefusedException {
    if (!exchange.getRequestMethod().equals(method)) {
      exchange.getResponseHeaders().set("Allow", method);
      throw new RefusedException(
          HttpURLConnection.HTTP_BAD_METHOD,
          "method: expected %s, got %s".formatted(method, exchange.getRequestMethod()));
    }
  }

  private static byte[] body(HttpExchange exchange, Endpoint endpoint)
      throws IOException, RefusedException {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (!endpoint.type().equals(type)) {
      throw new RefusedException(
          HttpURLConnection.HTTP_UNSUPPORTED_TYPE,
          "content type: expected %s, got %s".formatted(endpoint.type(), type));
    }
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    int most = endpoint.mostBytes();
    // The server has read the length as a number that is not negative.
    if (length == null || Long.parseLong(length) <= most) {
      byte[] body = exchange.getRequestBody().readNBytes(most + 1);
      if (body.length <= most) {
        return body;
      }
    }
    throw new RefusedException(
        HttpURLConnection.HTTP_ENTITY_TOO_LARGE,
        "it is larger than %.0f MB".formatted(most / (double) (1 << 20)));
  }

  private Question question(byte[] body) {
    return Question.of(text(body), exploration.shape(), exploration.classes());
  }

  private Map<String, Object> drawn(byte[] body) throws IOException {
    JsonNode node = Question.object(text(body));
    int label = Numbers.whole("label", node.get("label"), 0, exploration.classes() - 1);
    return exploration.draw(label, Question.pose(node));
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  private static byte[] json(Map<String, Object> answer) {
    return Json.write(answer).getBytes(StandardCharsets.UTF_8);
  }

  private static void complain(HttpExchange exchange, int status, String reason)
      throws IOException {
    send(exchange, status, JSON, json(Map.of("error", String.valueOf(reason))));
  }

  private static void send(HttpExchange exchange, int status, String type, byte... bytes)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
    if (!head) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(bytes);
      }
    }
  }

  /**
   * Ends the server. Questions that wait are cut off; the model is the caller's again once the one
   * that is being answered has been.
   */
  @Override
  public void close() {
    server.stop(0);
    clients.shutdownNow();
    exploration.close();
  }
}
