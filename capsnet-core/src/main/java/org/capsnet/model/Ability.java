package org.capsnet.model;

/**
 * Something that a network can do. The interfaces that extend this are implemented by subclasses of
 * {@link Network}, so that applications, objectives and pictures work with every network that can
 * do what they need, a user's own among them.
 */
public interface Ability {

  /** {@return the network that can do it: this} */
  default Network network() {
    return (Network) this;
  }
}
