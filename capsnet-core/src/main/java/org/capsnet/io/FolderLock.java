package org.capsnet.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Reserves a folder for one run at a time, among all processes of this machine. The operating
 * system holds the lock, so that it ends with the process, however that ends; the file {@code
 * .capsnet.lock} that a killed process leaves behind locks nothing.
 *
 * <pre>{@code
 * try (FolderLock lock = FolderLock.of(folder)) {
 *   ...
 * }
 * }</pre>
 */
public final class FolderLock implements AutoCloseable {

  private static final String NAME = ".capsnet.lock";

  /** Beyond the text of the file, which others may read, on Windows too. */
  private static final long LOCKED_AT = Long.MAX_VALUE - 1;

  /**
   * The folders that this process has locked. It must not so much as open the lock file of one of
   * them: on POSIX systems, closing any channel to a file gives up every lock on it.
   */
  private static final Set<Path> HELD = new HashSet<>();

  private final Path folder;
  private final FileChannel channel;

  private FolderLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Locks a folder until the lock is closed.
   *
   * @param folder created if it is missing
   * @return the lock
   * @throws IllegalStateException if another run has it
   * @throws IOException if the folder cannot be created or locked
   */
  public static FolderLock of(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path real = folder.toRealPath();
    synchronized (HELD) {
      if (HELD.contains(real)) {
        throw inUse(folder, "this process");
      }
      try {
        Optional<FileChannel> channel = Optional.empty();
        while (channel.isEmpty()) {
          channel = Uninterrupted.run(() -> attempt(folder, real.resolve(NAME)));
        }
        HELD.add(real);
        return new FolderLock(real, channel.get());
      } catch (IOException e) {
        throw new IOException("cannot lock the folder " + folder + ": " + e.getMessage(), e);
      }
    }
  }

  /** The locked channel; empty if the owner of the lock has just deleted the file. */
  private static Optional<FileChannel> attempt(Path folder, Path file) throws IOException {
    Optional<Object> before = key(file);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      if (channel.tryLock(LOCKED_AT, 1, false) == null) {
        Optional<String> holder = holder(file);
        if (holder.isEmpty()) {
          return Optional.empty();
        }
        throw inUse(folder, holder.get());
      }
      if (before.isPresent() && before.equals(key(file))) {
        byte[] process =
            Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
        channel.truncate(0).write(ByteBuffer.wrap(process));
        locked = true;
        return Optional.of(channel);
      }
      return Optional.empty();
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  /** The owner written in the file; empty if the file is gone, and with it the owner. */
  private static Optional<String> holder(Path file) throws IOException {
    try {
      String process = Files.readString(file);
      return Optional.of(process.isEmpty() ? "another process" : "process " + process);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** A key that distinguishes the file from others of the same name; empty if there is none. */
  private static Optional<Object> key(Path file) throws IOException {
    try {
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      return Optional.of(Objects.requireNonNullElse(key, NAME)); // Windows has no such keys
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static IllegalStateException inUse(Path folder, String by) {
    return new IllegalStateException(folder + " is in use by another run, of " + by);
  }

  /** Releases the folder, and leaves nothing in it. */
  @Override
  public void close() {
    synchronized (HELD) {
      try (channel) {
        Files.deleteIfExists(folder.resolve(NAME));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot unlock " + folder, e);
      } finally {
        HELD.remove(folder);
      }
    }
  }
}
