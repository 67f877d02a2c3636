package org.capsnet.model.insight;

import java.util.IdentityHashMap;
import org.capsnet.capsule.RoutedLayer;
import org.capsnet.nn.Module;

/** What the layers of capsules of a network are called within it. */
final class LayerNames {

  private final IdentityHashMap<RoutedLayer, String> names = new IdentityHashMap<>();

  LayerNames(Module net) {
    name("", net);
  }

  private void name(String path, Module module) {
    if (module instanceof RoutedLayer layer) {
      names.put(layer, path);
    }
    module.children().forEach((n, child) -> name(path.isEmpty() ? n : path + "." + n, child));
  }

  /** Its dotted name; one that does not stand in the tree is a layer. */
  String of(RoutedLayer layer) {
    return names.getOrDefault(layer, "layer");
  }
}
