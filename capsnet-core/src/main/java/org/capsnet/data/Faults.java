package org.capsnet.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.capsnet.io.FormatException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The faults that a reader has met and skipped. */
public final class Faults {

  private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

  private final OnFault onFault;
  private final List<String> messages = new ArrayList<>();

  /**
   * Starts with none.
   *
   * @param onFault what to do with each
   */
  public Faults(OnFault onFault) {
    this.onFault = onFault;
  }

  /**
   * Stops at a fault, or logs and counts it, as was chosen.
   *
   * @param fault which names the file and what is wrong with it
   * @throws FormatException that one, if faults are to be errors
   */
  public void met(FormatException fault) throws FormatException {
    if (onFault == OnFault.FAIL) {
      throw fault;
    }
    LOG.warn("skipped {}", fault.getMessage());
    messages.add(fault.getMessage());
  }

  /**
   * The error for the case that nothing is left, with the reason, which would otherwise stand in a
   * log at most.
   *
   * @param file the file or folder of which nothing is left
   * @param fault that nothing is left
   * @return an exception to throw, whose message adds how much was skipped and the first reason
   */
  public FormatException nothingLeft(Path file, String fault) {
    if (messages.isEmpty()) {
      return new FormatException(file, fault);
    }
    return new FormatException(
        file,
        "%s; %s skipped, the first because: %s".formatted(fault, messages.size(), messages.get(0)));
  }

  /** {@return what was skipped, one message each, in the order in which they were met} */
  public List<String> messages() {
    return List.copyOf(messages);
  }
}
