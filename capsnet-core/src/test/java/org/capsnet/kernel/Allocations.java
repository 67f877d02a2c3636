package org.capsnet.kernel;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How much of the Java heap a task takes on the calling thread. */
final class Allocations {

  private Allocations() {}

  static long of(Runnable task) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    task.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
