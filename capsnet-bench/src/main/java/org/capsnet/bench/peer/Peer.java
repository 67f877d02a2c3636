package org.capsnet.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.capsnet.bench.process.ComputeJvm;
import org.capsnet.bench.process.Isa;
import org.capsnet.bench.process.Launch;

/** The contestants, each with the process that suits it best. */
public enum Peer {
  /** This library, as its own examples run. */
  CAPSNET("capsnet", Integer.MAX_VALUE, "") {
    @Override
    Launch launchOn(int threads, Isa isa) {
      return ComputeJvm.launch(isa).withFlags(List.of("-Dcapsnet.threads=" + threads));
    }

    @Override
    Contestant open(Contest contest, Path fixture) throws IOException {
      return CapsNetContestant.of(contest, Fixture.read(fixture));
    }

    @Override
    public boolean loads() {
      return true;
    }

    @Override
    Contestant load(Contest contest, Path saved) throws IOException {
      return CapsNetContestant.load(saved);
    }
  },

  /** The Deep Java Library with PyTorch. */
  DJL("DJL/PyTorch", Integer.MAX_VALUE, "") {
    /**
     * PyTorch frees and allocates all its intermediates at every step. A C library that keeps the
     * pages, where glibc's default is to give large ones back to the system each time, saves the
     * page faults; one arena serves the backward pass, which has a thread of its own, with what the
     * forward pass has freed.
     */
    @Override
    Launch launchOn(int threads, Isa isa) {
      return new Launch(
          List.of(
              "-Xmx1g",
              "-Dai.djl.offline=true",
              "-Dai.djl.pytorch.num_threads=" + threads,
              "-Dai.djl.pytorch.num_interop_threads=1"),
          Map.of(
              "MALLOC_MMAP_MAX_", "0",
              "MALLOC_ARENA_MAX", "1",
              "MALLOC_TRIM_THRESHOLD_", "1099511627776",
              "MALLOC_TOP_PAD_", "268435456"),
          isa);
    }

    @Override
    Contestant open(Contest contest, Path fixture) throws IOException {
      return new DjlContestant(contest, fixture);
    }

    @Override
    public boolean loads() {
      return true;
    }

    @Override
    Contestant load(Contest contest, Path saved) throws IOException {
      return new DjlContestant(contest, saved);
    }
  },

  /** ONNX Runtime with the file that this library exports: predictions alone. */
  ONNX("ONNX Runtime", Integer.MAX_VALUE, "predicts only, by what this library has exported") {
    @Override
    boolean trains() {
      return false;
    }

    @Override
    public boolean holdsTo(Isa isa) {
      return isa == Isa.NATIVE;
    }

    @Override
    Launch launchOn(int threads, Isa isa) {
      return new Launch(
          List.of("-Xmx1g", "-D" + OnnxContestant.THREADS + "=" + threads), Map.of(), isa);
    }

    @Override
    Contestant open(Contest contest, Path fixture) throws IOException {
      return OnnxContestant.read(fixture);
    }
  },

  /** The capsule layers of Deeplearning4j. */
  DL4J(
      "Deeplearning4j",
      32,
      "in batches of at most 32; its layers have no decoder and no margin loss: it trains on the"
          + " negative log-likelihood of the capsules' lengths, and reconstructs nothing") {
    @Override
    boolean enters(Contest contest) {
      return contest == Contest.CAPSNET;
    }

    @Override
    Launch launchOn(int threads, Isa isa) {
      return new Launch(
          List.of(
              "-Xmx8g",
              "-Dorg.bytedeco.javacpp.maxbytes=0",
              "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"),
          Map.of("OMP_WAIT_POLICY", "PASSIVE"),
          isa);
    }

    @Override
    Contestant open(Contest contest, Path fixture) throws IOException {
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

  /** {@return what to call it in a table} */
  public String title() {
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

  /** Whether it trains, and routes alone, or only predicts. */
  boolean trains() {
    return true;
  }

  /**
   * {@return whether it can be kept from using wider vectors}
   *
   * @param isa the widest that it may use
   */
  public boolean holdsTo(Isa isa) {
    return true;
  }

  /** Whether it has the network of a contest. */
  boolean enters(Contest contest) {
    return true;
  }

  /**
   * {@return its process}
   *
   * @param threads how many it may use
   * @param isa the widest vectors that it may use
   */
  public Launch launch(int threads, Isa isa) {
    return launchOn(threads, isa)
        .withEnvironment(Map.of("OMP_NUM_THREADS", Integer.toString(threads)));
  }

  abstract Launch launchOn(int threads, Isa isa);

  /** The contestant with the weights and images of a fixture. */
  abstract Contestant open(Contest contest, Path fixture) throws IOException;

  /** {@return whether it loads networks that this library has saved} */
  public boolean loads() {
    return false;
  }

  /** The contestant with the weights of a network that this library has saved. */
  Contestant load(Contest contest, Path saved) throws IOException {
    throw new UnsupportedOperationException(title() + " does not read this library's files");
  }
}
