package org.capsnet.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.Pointer;

/**
 * Keeps the C library from giving memory back to the system that it needs again at once.
 *
 * <p>ND4J's convolutions turn images and results into an order of oneDNN's, in memory that they
 * take and free at each call. GNU's library gives a thread memory from heaps of 64 MiB, and where
 * such a block does not fit into one that is in use, it gets a heap of its own, which goes back to
 * the system when the block is freed. So the pages are new at each call, and the system clears each
 * when it is first written to. In a virtual machine that gives its memory back in turn, such a page
 * was seen to take 15 µs: the 13 MiB that a convolution of a batch of 128 of Efficient-CapsNet
 * turns took 50 ms, more than the convolution, in some processes at every step and in others at
 * none, by what else lies in the heaps.
 *
 * <p>So a thread begins by taking large blocks, puts something small that stays behind each, and
 * frees them: a heap that something lies in stays, and with it the blocks' room. Until it is used
 * it is addresses alone; what was used once stays. Blocks of 32 MiB and more always come from the
 * system. Elsewhere than with GNU's library this does nothing of use, and no harm.
 */
final class NativeRoom {

  /** What the library gives from its heaps at most, once it has seen such a block freed. */
  private static final long MOST = (32L << 20) - (128L << 10);

  private static final long BLOCK = 30L << 20;

  private static final int BLOCKS = 4;

  /** More than what the library puts aside for the next request of the same size. */
  private static final long BEHIND = 4 << 10;

  /** Attempts to get something from behind a block, and not from a gap before it. */
  private static final int ATTEMPTS = 64;

  /** Threads beyond these get none: what lies behind the blocks is never freed. */
  private static final int THREADS = 16;

  private static final AtomicInteger MADE = new AtomicInteger();

  private NativeRoom() {}

  /** Makes room for the calling thread. */
  static void make() {
    if (MADE.getAndUpdate(made -> Math.min(THREADS, made + 1)) == THREADS) {
      return;
    }
    Pointer.free(Pointer.malloc(MOST));
    Pointer[] blocks = new Pointer[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) {
      blocks[i] = Pointer.malloc(BLOCK);
      if (blocks[i] != null) {
        putBehind(blocks[i]);
      }
    }
    for (Pointer block : blocks) {
      Pointer.free(block);
    }
  }

  private static void putBehind(Pointer block) {
    long end = block.address() + BLOCK;
    for (int i = 0; i < ATTEMPTS; i++) {
      Pointer behind = Pointer.malloc(BEHIND);
      if (behind == null || (behind.address() >= end && behind.address() < end + BEHIND)) {
        return;
      }
    }
  }
}
