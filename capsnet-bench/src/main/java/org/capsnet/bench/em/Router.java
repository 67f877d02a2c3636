package org.capsnet.bench.em;

import java.util.List;
import java.util.Map;
import org.capsnet.bench.peer.Peer;
import org.capsnet.bench.process.Isa;
import org.capsnet.bench.process.Launch;
import org.capsnet.bench.process.Nd4jFacts;
import org.capsnet.bench.process.PyTorchFacts;

/** Who routes. */
public enum Router {
  /** This library. */
  CAPSNET("capsnet", Peer.CAPSNET),

  /** This library without its kernels, in the lines of the paper. */
  TWIN("capsnet without kernels", Peer.CAPSNET),

  /** PyTorch through DJL. */
  DJL("DJL/PyTorch", Peer.DJL);

  private final String title;
  private final Peer peer;

  Router(String title, Peer peer) {
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
    Launch launch = peer.launch(threads, isa);
    return this == TWIN
        ? launch.withFlags(List.of("-Dcapsnet.kernels=portable", "-Xmx2g"))
        : launch;
  }

  Routed compute(EmLayer layer) {
    return this == DJL ? new DjlRouted(layer) : new CapsNetRouted(layer);
  }

  Map<String, String> facts() {
    return this == DJL ? PyTorchFacts.facts() : Nd4jFacts.facts();
  }
}
