package org.capsnet.io;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Writes files that are either complete or not there: each is written to a temporary file in the
 * same folder, forced to the disk and renamed over the old one, and then the folder is forced, too.
 */
public final class AtomicFiles {

  private static final int BUFFER = 1 << 16;
  private static final String PREFIX = ".capsnet-";
  private static final String SUFFIX = ".tmp";

  /** As many as Linux follows. */
  private static final int MOST_LINKS = 40;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private AtomicFiles() {}

  /**
   * A consumer that may throw an {@link IOException}.
   *
   * @param <T> the type of the value
   */
  @FunctionalInterface
  public interface IOConsumer<T> {

    /**
     * Accepts a value.
     *
     * @param what the value
     * @throws IOException if reading or writing fails
     */
    void accept(T what) throws IOException;
  }

  /**
   * Writes a file. The old file, if any, stays until the last moment; if the writer throws
   * anything, it stays for good, and nothing else is left. The new file has the old one's
   * permissions, and a symbolic link stays a link: the file that it points to is written. An
   * interrupted thread writes like any other, and stays interrupted.
   *
   * @param file the file; missing folders above it are created
   * @param writer writes the content to a buffered stream, which it may close or leave open
   * @throws IOException if the writer throws it, or the file cannot be written; the message then
   *     says how much of it was written
   */
  public static void write(Path file, IOConsumer<? super OutputStream> writer) throws IOException {
    write(file, "", writer);
  }

  /** The same for content of known size, which the message gives. */
  static void write(Path file, long size, IOConsumer<? super OutputStream> writer)
      throws IOException {
    write(file, " of " + size, writer);
  }

  private static void write(Path file, String ofSize, IOConsumer<? super OutputStream> writer)
      throws IOException {
    Path target = behindLinks(file);
    Path folder = folderOf(target);
    Files.createDirectories(folder);
    Path aside = folder.resolve(PREFIX + UUID.randomUUID() + SUFFIX);
    try {
      Optional<Set<PosixFilePermission>> permissions = permissions(target);
      create(aside, permissions.isPresent());
      try (CountingOutput out = new CountingOutput(Files.newOutputStream(aside), file, ofSize)) {
        OutputStream buffered = new Unclosed(out);
        writer.accept(buffered);
        buffered.flush();
      }
      if (permissions.isPresent()) {
        Files.setPosixFilePermissions(aside, permissions.get());
      }
      force(aside, StandardOpenOption.WRITE);
      replace(aside, target);
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  /** The file to write: a link may point to a file that does not exist yet. */
  private static Path behindLinks(Path file) throws IOException {
    Path at = file;
    for (int links = 0; Files.isSymbolicLink(at); links++) {
      if (links == MOST_LINKS) {
        throw new FileSystemLoopException(file.toString());
      }
      at = at.resolveSibling(Files.readSymbolicLink(at));
    }
    return at;
  }

  /** The permissions of a file that is to be replaced; empty if none is there, or has any. */
  private static Optional<Set<PosixFilePermission>> permissions(Path file) throws IOException {
    boolean known =
        Files.exists(file)
            && Files.getFileAttributeView(file, PosixFileAttributeView.class) != null;
    return known ? Optional.of(Files.getPosixFilePermissions(file)) : Optional.empty();
  }

  /** A file that replaces one with restricted permissions is readable by nobody else meanwhile. */
  private static void create(Path aside, boolean closed) throws IOException {
    if (closed) {
      Files.createFile(aside, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } else {
      Files.createFile(aside);
    }
  }

  /**
   * Gives a finished file its name, in one step, replacing the file that had it.
   *
   * @param aside the finished file, already forced to the disk, in the folder of {@code file}
   * @param file its name from now on
   * @throws IOException if it cannot be renamed
   */
  public static void replace(Path aside, Path file) throws IOException {
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceFolder(folderOf(file));
  }

  /**
   * Deletes what killed writes have left in a folder. Only for the owner of a folder, who knows
   * that nobody is writing there.
   *
   * @param folder the folder; nothing happens if there is none
   * @throws IOException if a leftover cannot be deleted
   */
  public static void deleteLeftovers(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> leftovers =
        Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
      for (Path leftover : leftovers) {
        Files.deleteIfExists(leftover);
      }
    }
  }

  private static Path folderOf(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IllegalArgumentException("file: expected a file in a folder, got " + file);
    }
    return folder;
  }

  /** A rename survives a power cut only when its folder is on the disk as well. */
  private static void forceFolder(Path folder) throws IOException {
    if (File.separatorChar == '\\') {
      return; // Windows opens no folder as a file, and journals renames itself
    }
    force(folder, StandardOpenOption.READ);
  }

  private static void force(Path what, OpenOption how) throws IOException {
    try {
      Uninterrupted.run(
          () -> {
            try (FileChannel channel = FileChannel.open(what, how)) {
              channel.force(true);
            }
            return null;
          });
    } catch (IOException e) {
      throw new IOException("cannot force " + what + " to the disk: " + e.getMessage(), e);
    }
  }

  /**
   * Counts what has been written, for the message if writing fails. Unlike channels, the streams of
   * {@link Files} ignore interruptions.
   */
  private static final class CountingOutput extends FilterOutputStream {

    private final Path file;
    private final String ofSize;
    private long taken;

    CountingOutput(OutputStream out, Path file, String ofSize) {
      super(out);
      this.file = file;
      this.ofSize = ofSize;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      try {
        out.write(bytes, from, count);
        taken += count;
      } catch (IOException e) {
        throw new IOException(
            "cannot write %s: %s, after %s%s bytes; its disk has %s bytes free"
                .formatted(file, e.getMessage(), taken, ofSize, free()),
            e);
      }
    }

    private String free() throws IOException {
      return Long.toString(Files.getFileStore(folderOf(file)).getUsableSpace());
    }
  }

  /** Many writers close their stream, but the file must be forced before it is closed. */
  private static final class Unclosed extends BufferedOutputStream {

    Unclosed(OutputStream out) {
      super(out, BUFFER);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
