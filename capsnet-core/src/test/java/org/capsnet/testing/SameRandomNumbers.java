package org.capsnet.testing;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Seeds ND4J's random numbers before each test, so that one is the same in every run and in any
 * order. JUnit finds this by itself.
 */
public final class SameRandomNumbers implements BeforeAllCallback, BeforeEachCallback {

  private static final long SEED = 11;

  @Override
  public void beforeAll(ExtensionContext context) {
    Nd4j.getRandom().setSeed(SEED);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    Nd4j.getRandom().setSeed(SEED);
  }
}
