package org.capsnet.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.capsnet.bench.measure.ComputeJvm;

/** The contestants, each with the process that suits it best. */
public enum Peer {
  /** This library, as its own examples run. */
  CAPSNET("capsnet", Integer.MAX_VALUE, "") {
    @Override
    List<String> jvmFlags(int threads) {
      List<String> flags = new ArrayList<>(ComputeJvm.FLAGS);
      flags.add("-Dcapsnet.threads=" + threads);
      return flags;
    }

    @Override
    Map<String, String> environment() {
      return Map.of("OMP_WAIT_POLICY", "PASSIVE");
    }

    @Override
    Contestant open(Path fixture) throws IOException {
      return new CapsNetContestant(Fixture.read(fixture));
    }
  },

  /** The Deep Java Library with PyTorch. */
  DJL("DJL/PyTorch", Integer.MAX_VALUE, "") {
    @Override
    List<String> jvmFlags(int threads) {
      return List.of(
          "-Xmx1g",
          "-Dai.djl.offline=true",
          "-Dai.djl.pytorch.num_threads=" + threads,
          "-Dai.djl.pytorch.num_interop_threads=1");
    }

    /**
     * PyTorch frees and allocates all its intermediates at every step. A C library that keeps the
     * pages, where glibc's default is to give large ones back to the system each time, saves the
     * page faults; one arena serves the backward pass, which has a thread of its own, with what the
     * forward pass has freed.
     */
    @Override
    Map<String, String> environment() {
      return Map.of(
          "MALLOC_MMAP_MAX_", "0",
          "MALLOC_ARENA_MAX", "1",
          "MALLOC_TRIM_THRESHOLD_", "1099511627776",
          "MALLOC_TOP_PAD_", "268435456");
    }

    @Override
    Contestant open(Path fixture) throws IOException {
      return new DjlContestant(fixture);
    }
  },

  /** The capsule layers of Deeplearning4j. */
  DL4J(
      "Deeplearning4j",
      32,
      "in batches of at most 32; its layers have no decoder and no margin loss: it trains on the"
          + " negative log-likelihood of the capsules' lengths, and reconstructs nothing") {
    @Override
    List<String> jvmFlags(int threads) {
      return List.of(
          "-Xmx8g",
          "-Dorg.bytedeco.javacpp.maxbytes=0",
          "-Dorg.bytedeco.javacpp.maxphysicalbytes=0");
    }

    @Override
    Map<String, String> environment() {
      return Map.of("OMP_WAIT_POLICY", "PASSIVE");
    }

    @Override
    Contestant open(Path fixture) throws IOException {
      return new Dl4jContestant(Fixture.read(fixture));
    }
  };

  private final String title;
  private final int largestBatch;
  private final String note;

  Peer(String title, int largestBatch, String note) {
    this.title = title;
    this.largestBatch = largestBatch;
    this.note = note;
  }

  /** What to call it in a table. */
  String title() {
    return title;
  }

  /** The batch that it works on where this one is wanted. */
  int batch(int wanted) {
    return Math.min(wanted, largestBatch);
  }

  /** Whether it is so slow that few calls must do. */
  boolean slow() {
    return largestBatch != Integer.MAX_VALUE;
  }

  /** What a reader of the table must know; empty for nothing. */
  String note() {
    return note;
  }

  abstract List<String> jvmFlags(int threads);

  abstract Map<String, String> environment();

  abstract Contestant open(Path fixture) throws IOException;
}
