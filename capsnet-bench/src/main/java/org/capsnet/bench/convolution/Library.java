package org.capsnet.bench.convolution;

import java.util.List;
import java.util.Map;
import org.capsnet.bench.peer.Peer;
import org.capsnet.bench.process.Isa;
import org.capsnet.bench.process.Launch;
import org.capsnet.bench.process.Nd4jFacts;
import org.capsnet.bench.process.PyTorchFacts;

/** Who convolves. */
public enum Library {
  /** This library, by the way that its layers go in training. */
  CAPSNET("capsnet", Peer.CAPSNET) {
    @Override
    Computed compute(Layer layer) {
      return new CapsNetLayer(layer);
    }

    @Override
    Map<String, String> facts() {
      return Nd4jFacts.facts();
    }
  },

  /** ND4J's own operations, which are oneDNN's where it takes them. */
  ND4J("ND4J", Peer.CAPSNET) {
    @Override
    Computed compute(Layer layer) {
      return new Nd4jLayer(layer);
    }

    @Override
    Map<String, String> facts() {
      return Nd4jFacts.facts();
    }
  },

  /** PyTorch through DJL. */
  DJL("PyTorch", Peer.DJL) {
    @Override
    Computed compute(Layer layer) {
      return new DjlLayer(layer);
    }

    @Override
    Map<String, String> facts() {
      return PyTorchFacts.facts();
    }
  };

  private final String title;
  private final Peer peer;

  Library(String title, Peer peer) {
    this.title = title;
    this.peer = peer;
  }

  /** {@return what to call it in a table} */
  public String title() {
    return title;
  }

  /**
   * {@return its process}
   *
   * @param threads how many it may use
   * @param isa the widest vectors that it may use
   */
  public Launch launch(int threads, Isa isa) {
    return peer.launch(threads, isa);
  }

  abstract Computed compute(Layer layer);

  abstract Map<String, String> facts();

  /** {@return all but this library} */
  public static List<Library> others() {
    return List.of(ND4J, DJL);
  }
}
