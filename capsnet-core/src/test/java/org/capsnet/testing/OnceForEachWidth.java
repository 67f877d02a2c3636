package org.capsnet.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips the tests that are repeated with vectors of 256 bits where Linux says that the processor
 * has no longer ones, since their first run had these too. JUnit finds this by itself; the build
 * sets the property.
 */
public final class OnceForEachWidth implements ExecutionCondition {

  private static final String PROPERTY = "tests.repeated.with.256.bits";

  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");

  private static final boolean REPEATS = Boolean.getBoolean(PROPERTY) && !hasLongerVectors();

  private static boolean hasLongerVectors() {
    if (!Files.exists(PROCESSOR)) {
      return true;
    }
    try {
      return Files.readString(PROCESSOR).contains(" avx512f");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return REPEATS
        ? ConditionEvaluationResult.disabled("the first run had vectors of 256 bits, too")
        : ConditionEvaluationResult.enabled("no run before had vectors of this length");
  }
}
