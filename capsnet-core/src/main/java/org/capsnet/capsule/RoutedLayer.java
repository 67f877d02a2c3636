package org.capsnet.capsule;

import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;

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

  /**
   * What {@link #routingInput} makes of a sample.
   *
   * @param setting where the layer stands
   * @return the cost, with the gradients of the votes
   */
  Cost costOfVotes(Setting setting);
}
