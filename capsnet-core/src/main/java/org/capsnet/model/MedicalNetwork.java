package org.capsnet.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.nn.Module;

/** A network that says of a medical image what it shows, or where, or both. */
public abstract sealed class MedicalNetwork extends Module permits MedicalCapsNet, SegCaps {

  MedicalNetwork() {}

  /**
   * What a network says of images.
   *
   * @param diagnosis one capsule a class, {@code [batch, classes, classDim]}; empty if the network
   *     makes no diagnosis
   * @param masks a score for each class of each pixel, the largest being the one told, {@code
   *     [batch, masks, height, width]}; empty if the network makes no masks
   * @param reconstruction the images drawn again, {@code [batch, channels, height, width]}, from 0
   *     to 1; empty if the network does not
   */
  public record Findings(
      Optional<Capsules> diagnosis, Optional<Variable> masks, Optional<Variable> reconstruction) {}

  /**
   * The sizes of this network.
   *
   * @return its architecture
   */
  public abstract MedicalArchitecture architecture();

  /**
   * Says what images show, as far as nobody knows it yet.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return all that this network can tell
   */
  public abstract Findings examine(Variable images);

  /**
   * Writes weights and architecture to a safetensors file.
   *
   * @param file replaced as a whole or not at all
   * @throws IOException if it cannot be written
   */
  public final void save(Path file) throws IOException {
    ModelFile.write(file, this, metadata());
  }

  /**
   * What {@link #save} writes beside the weights: the architecture. Checkpoints of a training that
   * have it, by {@link org.capsnet.train.Trainer#metadata}, can be loaded as a file of the model.
   *
   * @return text by key
   */
  public abstract Map<String, String> metadata();
}
