package org.capsnet.examples.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** What the manifest of the jar says, and the JVM. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    String own = Capsnet.class.getPackage().getImplementationVersion();
    return new String[] {
      "capsnet " + Optional.ofNullable(own).orElse("not run from its jar"),
      "Java " + Runtime.version()
    };
  }
}
