package org.capsnet.io;

import io.jhdf.Superblock;
import io.jhdf.storage.HdfBackingStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * The bytes of an HDF5 file for jHDF, which gets views of them and no copies, and only so many: a
 * file whose parts refer to each other without end is used up.
 */
final class Hdf5Storage implements HdfBackingStorage {

  /** What any file may take, and how often the bytes of a larger one may be seen. */
  private static final long LEAST_BUDGET = 1L << 22;

  private static final long VIEWS = 32;

  /** What a view costs besides its bytes. */
  private static final long VIEW = 64;

  private final ByteBuffer bytes;
  private final Superblock superblock;
  private long budget;

  Hdf5Storage(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    budget = LEAST_BUDGET + VIEWS * bytes.length;
    superblock = Superblock.readSuperblock(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    long end =
        superblock instanceof Superblock.SuperblockV0V1 old
            ? old.getEndOfFileAddress()
            : ((Superblock.SuperblockV2V3) superblock).getEndOfFileAddress();
    if (end < 0 || end > bytes.length) {
      throw new IllegalArgumentException(
          "it is cut short: expected %d bytes, got %d".formatted(end, bytes.length));
    }
  }

  /**
   * {@inheritDoc}
   *
   * @return fewer bytes at the end of the file: of the last node of a tree jHDF asks for more than
   *     it reads
   */
  @Override
  public ByteBuffer readBufferFromAddress(long address, int length) {
    long rest = bytes.capacity() - superblock.getBaseAddressByte() - address;
    return map(address, Math.min(length, rest));
  }

  @Override
  public ByteBuffer map(long address, long length) {
    return mapNoOffset(Math.addExact(address, superblock.getBaseAddressByte()), length);
  }

  @Override
  public ByteBuffer mapNoOffset(long address, long length) {
    if (address < 0 || length < 0 || length > bytes.capacity() - address) {
      throw new IllegalArgumentException(
          "it refers to %d bytes at %d, of %d".formatted(length, address, bytes.capacity()));
    }
    budget -= VIEW + length;
    if (budget < 0) {
      throw new IllegalArgumentException("its parts refer to each other again and again");
    }
    return bytes.slice((int) address, (int) length).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public long getUserBlockSize() {
    return superblock.getBaseAddressByte();
  }

  @Override
  public Superblock getSuperblock() {
    return superblock;
  }

  @Override
  public FileChannel getFileChannel() {
    throw new UnsupportedOperationException("it is in memory");
  }

  @Override
  public int getSizeOfOffsets() {
    return superblock.getSizeOfOffsets();
  }

  @Override
  public int getSizeOfLengths() {
    return superblock.getSizeOfLengths();
  }

  /** Nothing is held. */
  @Override
  public void close() {}

  @Override
  public long size() {
    return bytes.capacity();
  }

  @Override
  public boolean inMemory() {
    return true;
  }
}
