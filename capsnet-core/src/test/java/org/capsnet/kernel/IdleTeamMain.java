package org.capsnet.kernel;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.capsnet.autograd.Scope;
import org.nd4j.linalg.factory.Nd4j;

/** A process of {@link IdleTeamTest}: says how many threads the idle team has. */
final class IdleTeamMain {

  static final String TEAM = "team ";
  static final String CORES = "cores ";
  static final String ND4J = "ND4J ";

  private IdleTeamMain() {}

  public static void main(String[] args) throws IOException {
    for (int i = 0; i < 2; i++) {
      try (Scope scope = Scope.open()) {
        System.out.println(TEAM + team());
      }
    }
    System.out.println(CORES + Nd4j.getEnvironment().maxThreads());
    System.out.println(ND4J + Nd4j.getEnvironment().maxMasterThreads());
  }

  /** Threads that are OpenMP's have the name of the one that works with them. */
  private static int team() throws IOException {
    int threads = 0;
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path task : tasks) {
        if (Files.readString(task.resolve("comm")).strip().equals(IdleTeam.NAME)) {
          threads++;
        }
      }
    }
    return threads;
  }
}
