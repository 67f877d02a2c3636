package org.capsnet.io;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes files that are whole or not there: aside in the same folder, forced to the disk, renamed
 * over the old one, and the folder forced too.
 */
public final class AtomicFiles {

  private static final int BUFFER = 1 << 16;
  private static final String PREFIX = ".capsnet-";
  private static final String SUFFIX = ".tmp";

  private AtomicFiles() {}

  /**
   * Takes something and may fail in reading or writing.
   *
   * @param <T> what it takes
   */
  @FunctionalInterface
  public interface IOConsumer<T> {

    /**
     * Takes it.
     *
     * @param what the thing
     * @throws IOException if reading or writing fails
     */
    void accept(T what) throws IOException;
  }

  /**
   * Writes a file. Until the last moment the old file, if any, stays as it is; if the writer throws
   * anything, it stays for good and nothing is left beside it.
   *
   * @param file the file; folders above it that are missing are made
   * @param writer writes the content to a buffered stream, which it may close or leave open
   * @throws IOException if the writer throws it, or the disk does not take the file
   */
  public static void write(Path file, IOConsumer<? super OutputStream> writer) throws IOException {
    Path folder = folderOf(file);
    Files.createDirectories(folder);
    Path aside = folder.resolve(PREFIX + UUID.randomUUID() + SUFFIX);
    try {
      try (FileChannel channel =
          FileChannel.open(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        OutputStream out = new Unclosed(Channels.newOutputStream(channel));
        writer.accept(out);
        out.flush();
        channel.force(true);
      }
      replace(aside, file);
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  /**
   * Gives a finished file its name, replacing what had it, in one step.
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
   * Deletes what writes that were killed half-way left in a folder. For the owner of a folder, who
   * knows that nobody is writing there now.
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

  /** A rename lasts through a power cut only when its folder is on the disk as well. */
  private static void forceFolder(Path folder) throws IOException {
    if (File.separatorChar == '\\') {
      return; // Windows opens no folder as a file, and journals renames itself
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Many writers close the stream they get, and the file must be forced before it is closed. */
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
