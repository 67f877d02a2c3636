package org.capsnet.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;
import org.capsnet.io.AtomicFiles;
import org.capsnet.io.FormatException;
import org.capsnet.io.StatusLine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches one file that is compressed with gzip. What has arrived stays in a {@code .part} file,
 * from which the next attempt continues; the file gets its name only when its uncompressed content
 * has the right SHA-256.
 *
 * @param from where the file is
 * @param sha256 of the uncompressed content, in lower-case hexadecimal
 * @param unpackedSize bytes of the uncompressed content; nothing longer is decompressed
 * @param stallTimeout how long to wait when no byte comes
 */
record Download(URI from, String sha256, long unpackedSize, Duration stallTimeout) {

  private static final Logger LOG = LoggerFactory.getLogger(Download.class);
  private static final Duration CONNECTING = Duration.ofSeconds(30);
  private static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);
  private static final int BUFFER = 1 << 16;
  private static final int KIB = 1 << 10;
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  /** The files that this process is fetching. */
  private static final Set<Path> UNDERWAY = ConcurrentHashMap.newKeySet();

  /** A download that gives up after a minute in which no byte came. */
  Download(URI from, String sha256, long unpackedSize) {
    this(from, sha256, unpackedSize, STALL_TIMEOUT);
  }

  /**
   * Fetches the file.
   *
   * @param target its name from then on
   * @throws FormatException if what came is not the file; it is deleted
   * @throws IOException if it does not come; the message names the place it should come from
   */
  void to(Path target) throws IOException {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    Files.createDirectories(target.toAbsolutePath().getParent());
    Path own = part.toAbsolutePath().normalize();
    // Asked before the file is opened: on POSIX systems, closing any channel to a file gives up
    // every lock that this process has on it.
    if (!UNDERWAY.add(own)) {
      throw new IOException(part + " is being downloaded by another thread");
    }
    LOG.info("downloading {} to {}", from, target);
    try (FileChannel channel =
            FileChannel.open(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock lock = lock(part, channel)) {
      fetchAndName(channel, part, target);
    } finally {
      UNDERWAY.remove(own);
    }
  }

  private void fetchAndName(FileChannel channel, Path part, Path target) throws IOException {
    try {
      fetch(channel, part);
      channel.force(true);
      verify(channel);
      AtomicFiles.replace(part, target);
    } catch (IOException e) {
      if (e instanceof FormatException || channel.size() == 0) {
        Files.deleteIfExists(part); // nothing in it that the next attempt could go on with
      }
      throw e;
    }
  }

  /** Two that append to one file would spoil it for each other. */
  private static FileLock lock(Path part, FileChannel channel) throws IOException {
    FileLock lock = channel.tryLock();
    if (lock == null) {
      throw new IOException(part + " is being downloaded by another process");
    }
    return lock;
  }

  // ---------------------------------------------------------------- fetching

  /** Retries as long as each attempt brings something. */
  private void fetch(FileChannel part, Path file) throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(CONNECTING)
            .build();
    while (true) {
      long before = part.size();
      try {
        attempt(client, part, file, before);
        return;
      } catch (FormatException | DiskException e) {
        throw e;
      } catch (IOException e) {
        if (part.size() <= before) {
          throw new IOException("cannot download %s: %s".formatted(from, reason(e)), e);
        }
        LOG.warn(
            "the download of {} was interrupted at {} bytes and continues from there",
            from,
            part.size());
      }
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private void attempt(HttpClient client, FileChannel part, Path file, long have)
      throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(from).timeout(CONNECTING);
    if (have > 0) {
      request.header("Range", "bytes=" + have + "-");
    }
    HttpResponse<InputStream> response = send(client, request.build());
    try (InputStream body = response.body()) {
      switch (response.statusCode()) {
        case OK -> part.truncate(0);
        case PARTIAL -> requireRange(response, have);
        case RANGE_NOT_SATISFIABLE -> {
          return; // there is no more; the checksum decides whether it is complete
        }
        default -> throw new IOException("the server answered " + response.statusCode());
      }
      append(response, body, part, file);
    }
  }

  private static HttpResponse<InputStream> send(HttpClient client, HttpRequest request)
      throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static void requireRange(HttpResponse<?> response, long have) throws IOException {
    String range = response.headers().firstValue("Content-Range").orElse("none");
    if (!range.startsWith("bytes " + have + "-")) {
      throw new IOException("expected the bytes from " + have + ", got the range " + range);
    }
  }

  private void append(HttpResponse<?> response, InputStream body, FileChannel part, Path file)
      throws IOException {
    long have = part.size();
    long coming = response.headers().firstValueAsLong("Content-Length").orElse(-1);
    long all = coming < 0 ? -1 : have + coming;
    try (StatusLine status = StatusLine.of(LOG);
        StallGuard guard = new StallGuard(body, stallTimeout)) {
      byte[] buffer = new byte[BUFFER];
      part.position(have);
      for (int read = guard.read(buffer); read >= 0; read = guard.read(buffer)) {
        write(ByteBuffer.wrap(buffer, 0, read), part, file);
        long done = part.position();
        status.show(() -> progress(done, all));
        requireSane(done);
      }
    }
  }

  /** Unlike after a fault of the network, it is no use to try again. */
  private static final class DiskException extends IOException {

    private static final long serialVersionUID = 1L;

    DiskException(String message, IOException cause) {
      super(message, cause);
    }
  }

  private static void write(ByteBuffer bytes, FileChannel part, Path file) throws DiskException {
    try {
      while (bytes.hasRemaining()) {
        part.write(bytes);
      }
    } catch (IOException e) {
      throw new DiskException("cannot write %s: %s".formatted(file, reason(e)), e);
    }
  }

  /** The packed file cannot be much longer than what is in it. */
  private void requireSane(long length) throws FormatException {
    if (length > unpackedSize + unpackedSize / 8 + BUFFER) {
      throw new FormatException(
          from.toString(), "expected at most " + unpackedSize + " bytes, and more come", null);
    }
  }

  private String progress(long done, long all) {
    String path = from.getPath();
    return "%s: %s%s KiB"
        .formatted(
            path.substring(path.lastIndexOf('/') + 1),
            done / KIB,
            all < 0 ? "" : " of " + all / KIB);
  }

  // ---------------------------------------------------------------- verifying

  /**
   * Reads through the channel that holds the lock, since Windows lets nobody else read; the streams
   * stay open, because closing one would close the channel.
   */
  private void verify(FileChannel part) throws IOException {
    MessageDigest digest = digest();
    part.position(0);
    InputStream packed = new BufferedInputStream(Channels.newInputStream(part), BUFFER);
    try {
      InputStream in = new DigestInputStream(new GZIPInputStream(packed), digest);
      long length = 0;
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        length += read;
        if (length > unpackedSize) {
          break; // the digest cannot be right any more
        }
      }
    } catch (IOException e) {
      throw new FormatException(from.toString(), "what came is not gzip: " + reason(e), e);
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(sha256)) {
      throw new FormatException(
          from.toString(),
          "wrong check sum: expected SHA-256 %s of the content, got %s".formatted(sha256, found),
          null);
    }
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
