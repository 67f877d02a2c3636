package org.capsnet.kernel;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the threads of OpenMP from spinning while they wait for work.
 *
 * <p>A waiting thread of GNU's OpenMP spins 300,000 rounds before it sleeps. Where other processes
 * need the cores, it takes them from the very thread that it waits for, and a prediction, which
 * consists of many short operations, takes several times as long. {@code OMP_WAIT_POLICY=PASSIVE}
 * forbids that, but is read when the library is loaded, and Java cannot set a variable of its own
 * process. The library also spins 100 rounds only where it has more threads than there are cores
 * (its manual, at {@code GOMP_SPINCOUNT}): so one thread of ours, which has nothing to do, keeps as
 * many of its threads as there are cores, which have nothing to do either and sleep.
 *
 * <p>A user's own setting of either variable takes precedence.
 */
final class IdleTeam {

  /** The name of the thread, which its team inherits: the system cuts it after 15 letters. */
  static final String NAME = "capsnet-openmp";

  private static final Logger LOG = LoggerFactory.getLogger(IdleTeam.class);

  /** More sleeping threads than these may be more than a container allows. */
  private static final int MOST = 64;

  /** ND4J gives a thread of OpenMP no fewer elements than its threshold, which is less. */
  private static final int ELEMENTS_PER_THREAD = 1 << 14;

  private static boolean considered;

  private IdleTeam() {}

  /** Makes the team on the first call, where it helps; the calls after it do nothing. */
  static synchronized void gather() {
    if (considered) {
      return;
    }
    considered = true;
    if (isWanted(System.getenv("OMP_WAIT_POLICY"), System.getenv("GOMP_SPINCOUNT"))) {
      int cores = Math.max(Nd4j.getEnvironment().maxThreads(), Threads.available());
      if (cores <= MOST) {
        start(cores);
      } else {
        LOG.info(
            "on this machine of {} cores, predictions beside other work are faster with the"
                + " environment variable OMP_WAIT_POLICY=PASSIVE",
            cores);
      }
    }
  }

  static boolean isWanted(String waitPolicy, String spinCount) {
    return waitPolicy == null && spinCount == null && Threads.count() > 1;
  }

  private static void start(int cores) {
    CountDownLatch gathered = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              try {
                occupy(cores);
              } finally {
                gathered.countDown();
              }
              // The team is let go with the thread that has it.
              while (true) {
                LockSupport.park();
              }
            },
            NAME);
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    while (gathered.getCount() > 0) {
      try {
        gathered.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Has OpenMP start its threads for this one, for an operation that all of them share. */
  private static void occupy(int cores) {
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(cores);
    Environment environment = Nd4j.getEnvironment();
    int before = environment.maxMasterThreads();
    environment.setMaxMasterThreads(Math.min(cores, environment.maxThreads()));
    Nd4j.zeros(DataType.FLOAT, (long) cores * ELEMENTS_PER_THREAD).addi(1f);
    environment.setMaxMasterThreads(before);
  }
}
