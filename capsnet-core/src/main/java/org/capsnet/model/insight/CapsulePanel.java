package org.capsnet.model.insight;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.RoutingTrace;
import org.capsnet.model.CouplingMap;
import org.capsnet.model.Explanation;
import org.capsnet.model.Network;
import org.capsnet.nn.Module;
import org.capsnet.train.tensorboard.EventWriter;
import org.capsnet.train.tensorboard.Panel;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a network makes of a few images, epoch by epoch, for TensorBoard.
 *
 * <pre>{@code
 * TensorBoard.in(folder).panel(CapsulePanel.of(net, images))
 * }</pre>
 *
 * <ul>
 *   <li>{@code capsules/classes.in} and {@code .out}: histograms of the lengths of the capsules
 *       that go into and come out of each layer that routes, here {@code classes}; of a network
 *       without such a layer {@code capsules/lengths}, those of the class capsules
 *   <li>{@code images/reconstruction}: the images and, below, how they are drawn again, of a
 *       classifier or medical network that does
 *   <li>{@code images/coupling}: the images and, below, from where the most active capsule of the
 *       last layer was made, of a network with such a {@link CouplingMap}
 * </ul>
 */
public final class CapsulePanel implements Panel {

  /** Smaller tiles are enlarged to about this. */
  private static final int SIDE = 64;

  private static final int OF_IMAGES = 4;

  private final Module net;
  private final INDArray images;
  private final Function<Variable, Map<String, Variable>> outputs;
  private final LayerNames names;

  /**
   * Of any network.
   *
   * @param net the network
   * @param images {@code [batch, ..]} as the network takes them, which are copied; those of two
   *     axes behind the channels are shown
   * @param outputs runs it, and gives what it says of them: {@link Outputs#LENGTHS} and {@link
   *     Outputs#RECONSTRUCTION}, in the shape of the images, where there are such
   * @throws IllegalArgumentException if there is no image
   */
  public CapsulePanel(
      Module net, INDArray images, Function<Variable, Map<String, Variable>> outputs) {
    this.net = Objects.requireNonNull(net, "net");
    this.outputs = Objects.requireNonNull(outputs, "outputs");
    if (images.isEmpty()) {
      throw new IllegalArgumentException("images: expected at least one, got none");
    }
    this.images = Scope.copyDetached(images);
    names = new LayerNames(net);
  }

  /**
   * Of a network that classifies, detects or segments.
   *
   * @param net the network
   * @param images {@code [batch, channels, height, width]}, from 0 to 1, which are copied
   * @return the panel
   */
  public static CapsulePanel of(Network<?> net, INDArray images) {
    return new CapsulePanel(net, images.castTo(net.type()), given -> Outputs.of(net, given));
  }

  @Override
  public void write(EventWriter events, long step) throws IOException {
    Runnable modes = net.modes();
    net.eval();
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter();
        RoutingTrace trace = RoutingTrace.open()) {
      Map<String, Variable> said = outputs.apply(Variable.constant(images));
      List<RoutingTrace.Routed> routed = trace.routed();
      writeLengths(said, routed, events, step);
      if (images.rank() == OF_IMAGES) {
        draw("images/reconstruction", drawnAgain(said), events, step);
        draw("images/coupling", coupled(routed), events, step);
      }
    } finally {
      modes.run();
    }
  }

  private void writeLengths(
      Map<String, Variable> said, List<RoutingTrace.Routed> routed, EventWriter events, long step)
      throws IOException {
    Map<String, RoutingTrace.Routed> layers = new LinkedHashMap<>();
    routed.forEach(one -> layers.put(names.of(one.layer()), one)); // it may have been asked twice
    for (Map.Entry<String, RoutingTrace.Routed> e : layers.entrySet()) {
      String tag = "capsules/" + e.getKey();
      events.histogram(tag + ".in", e.getValue().input().activation().value(), step);
      events.histogram(tag + ".out", e.getValue().output().activation().value(), step);
    }
    Variable lengths = said.get(Outputs.LENGTHS);
    if (routed.isEmpty() && lengths != null) {
      events.histogram("capsules/lengths", lengths.value(), step);
    }
  }

  /** The images, and below each another one of its size. */
  private void draw(String tag, List<INDArray> below, EventWriter events, long step)
      throws IOException {
    if (!below.isEmpty()) {
      int side = (int) Math.max(images.size(2), images.size(3));
      int scale = Math.max(1, SIDE / side);
      events.image(tag, Tiles.of(List.of(slices(images), below), scale), step);
    }
  }

  private static List<INDArray> slices(INDArray batch) {
    return IntStream.range(0, (int) batch.size(0)).mapToObj(batch::slice).toList();
  }

  private static List<INDArray> drawnAgain(Map<String, Variable> said) {
    return Optional.ofNullable(said.get(Outputs.RECONSTRUCTION))
        .map(drawn -> slices(drawn.value()))
        .orElse(List.of());
  }

  /** Of the most active capsule of each image. */
  private List<INDArray> coupled(List<RoutingTrace.Routed> routed) {
    Optional<RoutingTrace.Routed> last =
        routed.isEmpty() ? Optional.empty() : Optional.of(routed.get(routed.size() - 1));
    List<INDArray> heated = new ArrayList<>();
    try {
      last.ifPresent(layer -> heat(layer, heated));
    } catch (UnsupportedOperationException e) {
      return List.of(); // no such map, as CouplingMap allows
    }
    return heated;
  }

  private void heat(RoutingTrace.Routed layer, List<INDArray> heated) {
    boolean places =
        layer.levels().stream().flatMapToLong(l -> Arrays.stream(l.grid())).anyMatch(n -> n > 1);
    if (!places || layer.output().gridRank() != 0) {
      return;
    }
    INDArray longest = layer.output().activation().value().argMax(1);
    Map<Integer, INDArray> maps = new HashMap<>();
    for (int i = 0; i < images.size(0); i++) {
      int capsule = longest.getInt(i);
      INDArray map = maps.computeIfAbsent(capsule, c -> CouplingMap.of(layer, c)).slice(i);
      INDArray image = images.slice(i);
      heated.add(
          Tiles.heated(image, Explanation.heatMap(map, (int) image.size(1), (int) image.size(2))));
    }
  }
}
