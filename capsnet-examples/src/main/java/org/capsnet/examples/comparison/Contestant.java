package org.capsnet.examples.comparison;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.capsnet.examples.options.GrowingMargin;
import org.capsnet.io.WrittenForm;
import org.capsnet.loss.ClassLoss;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.Network;
import org.capsnet.model.Summary;
import org.capsnet.nn.Init;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A network that takes part in a comparison.
 *
 * @param name what tables and charts call it
 * @param group whether its routing is compared or all of it
 * @param architecture the network
 */
public record Contestant(String name, Group group, Architecture.OfImages<?, ?> architecture) {

  private static final String DECODER = "decoder.";

  /** What is compared. */
  public enum Group {
    /** Routings, each in the same network. */
    ROUTING,
    /** Networks, each with a routing of its own or none. */
    NETWORK
  }

  /**
   * One that does not take part.
   *
   * @param name what it is
   * @param reason why
   */
  public record Absent(String name, String reason) {}

  /** Its network. */
  Classifier build(Init init) {
    return (Classifier) architecture.build(init);
  }

  /** What it is trained by, in some steps. */
  ClassLoss loss(int steps) {
    return GrowingMargin.in(steps, build(Init.shapesOnly(DataType.FLOAT)).loss());
  }

  /** What it needs. */
  Summary summary(DataType type) {
    return build(Init.shapesOnly(type)).network().summary();
  }

  /** The numbers that it learns to tell classes by; a decoder's are not among them. */
  long parameters() {
    Network<?> outline = build(Init.shapesOnly(DataType.FLOAT)).network();
    return outline.parameters().entrySet().stream()
        .filter(parameter -> !parameter.getKey().startsWith(DECODER))
        .mapToLong(
            parameter -> Arrays.stream(parameter.getValue().shape()).reduce(1, (a, b) -> a * b))
        .sum();
  }

  /** What its results depend on beside images, seed and training: one that is not it differs. */
  String settings() {
    return WrittenForm.write(architecture);
  }

  /** All that is chosen of a network but for its routing. */
  public static String written(Architecture.OfImages<?, ?> architecture) {
    String text = WrittenForm.write(architecture);
    ObjectNode form = (ObjectNode) WrittenForm.parse("a network", text);
    form.remove("routing");
    return form.toString();
  }

  /** Where its trainings are, within the folder of the comparison. */
  Path folder() {
    return Path.of(group.name().toLowerCase(Locale.ROOT), name.replaceAll("[^A-Za-z0-9._-]", "-"));
  }
}
