package org.capsnet.capsule;

/**
 * A layer of capsules that is votes and a routing, and shows what it hands to its routing: for a
 * block that routes several layers together.
 */
public interface RoutedLayer {

  /** {@return how votes become capsules} */
  Routing routing();

  /**
   * What the routing is handed.
   *
   * @param capsules the input capsules of the layer
   * @return their votes, and what the layer has learned for its routing
   */
  RoutingInput routingInput(Capsules capsules);
}
