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
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
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

  /** Lengths that a file takes before it is known, each up to the longest: 48 bits of chance. */
  private static final int LENGTHS = 3;

  private static final int LONGEST = 1 << 16;

  /** Attempts, each of which meets an owner that deletes the file at that moment. */
  private static final int MOST_ATTEMPTS = 1000;

  private static final SecureRandom RANDOM = new SecureRandom();

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
        FileChannel channel = first(() -> attempt(folder, real.resolve(NAME)));
        HELD.add(real);
        return new FolderLock(real, channel);
      } catch (IOException e) {
        throw new IOException("cannot lock the folder " + folder + ": " + e.getMessage(), e);
      }
    }
  }

  /**
   * What the first successful attempt gives.
   *
   * @throws IOException if too many fail, as where sizes of files are told late
   */
  static <T> T first(Uninterrupted.Work<Optional<T>> attempt) throws IOException {
    for (int i = 0; i < MOST_ATTEMPTS; i++) {
      Optional<T> got = Uninterrupted.run(attempt);
      if (got.isPresent()) {
        return got.get();
      }
    }
    throw new IOException(
        "its file " + NAME + " changed at each of " + MOST_ATTEMPTS + " attempts");
  }

  /** The locked channel; empty if the owner of the lock has just deleted the file. */
  private static Optional<FileChannel> attempt(Path folder, Path file) throws IOException {
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
      if (isAt(file, channel)) {
        byte[] process =
            Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
        channel.truncate(0).write(ByteBuffer.wrap(process), 0);
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
      boolean written = !process.isEmpty() && process.indexOf(0) < 0;
      return Optional.of(written ? "process " + process : "another process");
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether a locked file is the one of that name, and not one that its owner deleted after it was
   * opened. What the system knows a file by does not say it, since that is used again at once; so
   * the file takes a few lengths by chance, which that of the name must have too. To open that one
   * would give up the lock.
   */
  private static boolean isAt(Path file, FileChannel locked) throws IOException {
    for (int i = 0; i < LENGTHS; i++) {
      int length = 1 + RANDOM.nextInt(LONGEST);
      locked.truncate(0).write(ByteBuffer.wrap(new byte[1]), length - 1L);
      if (!size(file).equals(OptionalLong.of(length))) {
        return false;
      }
    }
    return true;
  }

  private static OptionalLong size(Path file) throws IOException {
    try {
      return OptionalLong.of(Files.size(file));
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
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
