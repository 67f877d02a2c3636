package org.capsnet.examples.explorer;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Set;

/**
 * Lets the page itself ask, and nobody else: not the page of a foreign site, be it under a name
 * that it lets point to this machine (DNS rebinding).
 */
final class Guard {

  private static final int HTTP = 80;

  private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

  private final Set<String> hosts;

  Guard(int port) {
    hosts =
        port == HTTP // of which browsers leave the number out
            ? Set.of("127.0.0.1", "localhost")
            : Set.of("127.0.0.1:" + port, "localhost:" + port);
  }

  /** Refuses a request that the page would not send. */
  void require(HttpExchange exchange) throws RefusedException {
    Headers headers = exchange.getRequestHeaders();
    List<String> host = headers.getOrDefault("Host", List.of());
    if (host.size() != 1 || !hosts.contains(host.get(0))) {
      throw forbidden("host: expected one of %s, got %s".formatted(hosts, host));
    }
    for (String origin : headers.getOrDefault("Origin", List.of())) {
      if (!origin.startsWith("http://") || !hosts.contains(origin.substring(7))) {
        throw forbidden("origin: expected this page, got " + origin);
      }
    }
    // A link of another site may lead to the page; its scripts and forms may not ask.
    boolean asks = !exchange.getRequestMethod().equals("GET");
    for (String site : headers.getOrDefault("Sec-Fetch-Site", List.of())) {
      if (asks && !OWN_SITES.contains(site)) {
        throw forbidden("sec-fetch-site: expected this page, got " + site);
      }
    }
  }

  private static RefusedException forbidden(String reason) {
    return new RefusedException(HttpURLConnection.HTTP_FORBIDDEN, reason);
  }

  /** Lets a browser run nothing on the page but the page's own files, and show it in no other. */
  static void protect(Headers headers) {
    headers.set(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Frame-Options", "DENY");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cache-Control", "no-store");
  }
}
