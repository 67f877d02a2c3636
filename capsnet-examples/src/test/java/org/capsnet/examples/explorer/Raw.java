package org.capsnet.examples.explorer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import org.capsnet.io.Json;

/**
 * An answer to a request that was sent as it stands, as no client of the JDK would send it.
 *
 * @param status of HTTP, 0 if the server hung up
 * @param head status line and headers
 * @param body as text
 */
record Raw(int status, String head, String body) {

  private static final int PATIENCE_MS = 60_000;

  static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    socket.setSoTimeout(PATIENCE_MS);
    return socket;
  }

  static Raw send(int port, String request) throws IOException {
    try (Socket socket = connect(port)) {
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(ISO_8859_1));
      out.flush();
      return read(socket);
    }
  }

  static Raw read(Socket socket) throws IOException {
    String all;
    try {
      all = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (SocketException e) {
      all = "";
    }
    if (all.isEmpty()) {
      return new Raw(0, "", "");
    }
    int end = all.indexOf("\r\n\r\n");
    return new Raw(
        Integer.parseInt(all.substring(9, 12)), all.substring(0, end), all.substring(end + 4));
  }

  static Raw get(int port, String path, String... headers) throws IOException {
    return send(port, head("GET", path, port, headers) + "\r\n");
  }

  static Raw post(int port, String path, String body, String... headers) throws IOException {
    return send(
        port,
        head("POST", path, port, headers)
            + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(body.length(), body));
  }

  static String head(String method, String path, int port, String... headers) {
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n%s"
        .formatted(method, path, port, more);
  }

  JsonNode json() {
    return Json.read(body);
  }

  /** What the page would say. */
  String error() {
    return json().get("error").textValue();
  }
}
