package org.capsnet.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Values;
import org.capsnet.autograd.Variable;
import org.capsnet.data.picture.ImageFile;
import org.capsnet.io.FormatException;
import org.capsnet.io.Json;
import org.capsnet.io.Safetensors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A network for images and the names of what it finds in them: what an application asks, judges,
 * saves and loads. Any number of threads may ask one, as long as none trains it.
 *
 * @param <A> what the network can do
 * @param <R> what it says of an image
 */
public abstract class ImageModel<A extends Ability, R> implements AutoCloseable {

  /** How many images the network is asked about at once. */
  public static final int AT_ONCE = 32;

  /** The key in a file of the names of the classes. */
  protected static final String CLASSES = "capsnet.classes";

  private final A ability;
  private final Network<?> net;
  private final ImageShape image;
  private final List<String> classNames;

  /**
   * Takes a network over and puts it in evaluation mode.
   *
   * @param ability the network, as what it can do
   * @param classNames a name for each of its classes
   * @param classes how many it has
   * @throws IllegalArgumentException if it is not for images, or there are more or fewer names
   */
  protected ImageModel(A ability, List<String> classNames, int classes) {
    this.ability = ability;
    net = ability.network();
    this.classNames = requireNames("class", classNames, classes);
    image = ImageShape.of(net.architecture().input());
    net.eval();
  }

  /** {@return the names of the classes, by index; none of a network that has none} */
  public final List<String> classNames() {
    return classNames;
  }

  /** {@return the network, as what it can do} */
  public final A ability() {
    return ability;
  }

  /** {@return the network itself} */
  public final Network<?> net() {
    return net;
  }

  /** {@return the size of the images that the network is for} */
  public final ImageShape image() {
    return image;
  }

  // ---------------------------------------------------------------- predicting

  /**
   * Says what is in an image.
   *
   * @param pixels {@code [channels, height, width]}, from 0 to 1
   * @return what the network says of it
   * @throws IllegalArgumentException if the shape is not the network's
   * @throws IllegalStateException if the network is being trained
   * @throws ArithmeticException if the network gives NaN
   */
  public final R predict(INDArray pixels) {
    return predictBatch(one(pixels)).get(0);
  }

  /**
   * Says what is in a picture file.
   *
   * @param file a picture of any size and of a format that {@link
   *     org.capsnet.data.picture.ImageFile} names; it is stretched to the network's size
   * @return what the network says of it; places are shares of the picture, so that they fit it at
   *     any size
   * @throws FormatException if it is no such file
   * @throws IOException if it cannot be read
   */
  public final R predict(Path file) throws IOException {
    return predict(pixels(file));
  }

  /**
   * Says what is in a picture in memory.
   *
   * @param picture of any size and colour model; it is stretched to the network's size
   * @return what the network says of it
   */
  public final R predict(BufferedImage picture) {
    return predict(pixels(picture));
  }

  /**
   * Says what is in a picture that is read from a stream.
   *
   * @param picture a whole picture file, as for {@link #predict(Path)}; read to its end and not
   *     closed
   * @return what the network says of it
   * @throws FormatException if it is no such picture
   * @throws IOException if it cannot be read
   */
  public final R predict(InputStream picture) throws IOException {
    return predict(pixels(picture));
  }

  /**
   * Says what is in a picture in its file's form.
   *
   * @param picture the bytes of a whole picture file, as for {@link #predict(Path)}
   * @return what the network says of it
   * @throws FormatException if it is no such picture
   */
  public final R predict(byte[] picture) throws FormatException {
    return predict(pixels(picture));
  }

  /**
   * A picture file as this model sees it.
   *
   * @param file as for {@link #predict(Path)}
   * @return {@code [channels, height, width]} of the network's size, from 0 to 1, belonging to no
   *     scope
   * @throws FormatException if it is no such file
   * @throws IOException if it cannot be read
   */
  public final INDArray pixels(Path file) throws IOException {
    return ImageFile.read(file, image.channels(), image.height(), image.width());
  }

  /**
   * A picture in memory as this model sees it.
   *
   * @param picture as for {@link #predict(BufferedImage)}
   * @return as for a file
   */
  public final INDArray pixels(BufferedImage picture) {
    return ImageFile.read(picture, image.channels(), image.height(), image.width());
  }

  /**
   * A picture that is read from a stream, as this model sees it.
   *
   * @param picture as for {@link #predict(InputStream)}
   * @return as for a file
   * @throws FormatException if it is no such picture
   * @throws IOException if it cannot be read
   */
  public final INDArray pixels(InputStream picture) throws IOException {
    return ImageFile.read(picture, image.channels(), image.height(), image.width());
  }

  /**
   * A picture in its file's form, as this model sees it.
   *
   * @param picture as for {@link #predict(byte[])}
   * @return as for a file
   * @throws FormatException if it is no such picture
   */
  public final INDArray pixels(byte[] picture) throws FormatException {
    return ImageFile.read(picture, image.channels(), image.height(), image.width());
  }

  /**
   * Says what is in each of many images.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return one answer an image
   * @throws IllegalArgumentException if the shape is not the network's
   * @throws IllegalStateException if the network is being trained
   * @throws ArithmeticException if the network gives NaN
   */
  public final List<R> predictBatch(INDArray images) {
    List<R> all = new ArrayList<>();
    ask(images, chunk -> predict(chunk, all::add));
    return all;
  }

  /**
   * Answers for a few images, in a scope and without gradients.
   *
   * @param images {@code [n, channels, height, width]}, of the network's type
   * @param to takes an answer for each, in order, which must not live in the scope
   */
  protected abstract void predict(Variable images, Consumer<R> to);

  /**
   * Hands images over a few at once, which bounds the memory that a question takes.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @param question gets {@code [at most 32, channels, height, width]} of the network's type, in a
   *     scope of its own and without gradients
   * @throws IllegalArgumentException if the shape is not the network's, or a pixel is not from 0 to
   *     1
   * @throws IllegalStateException if the network is being trained
   */
  protected final void ask(INDArray images, Consumer<Variable> question) {
    image.require(images);
    net.requireEvaluationMode();
    Values.requireFromZeroToOne("images", images);
    for (long from = 0; from < images.size(0); from += AT_ONCE) {
      long to = Math.min(images.size(0), from + AT_ONCE);
      try (Scope scope = Scope.open();
          NoGrad constant = NoGrad.enter()) {
        INDArray chunk = images.get(NDArrayIndex.interval(from, to));
        question.accept(Variable.constant(chunk.castTo(net.type())));
      }
    }
  }

  /**
   * An image as a batch.
   *
   * @param pixels {@code [channels, height, width]}
   * @return {@code [1, channels, height, width]}
   * @throws IllegalArgumentException if the shape is not the network's
   */
  protected final INDArray one(INDArray pixels) {
    Shapes.require("image", pixels, image.channels(), image.height(), image.width());
    return pixels.reshape(1, image.channels(), image.height(), image.width());
  }

  // ---------------------------------------------------------------- files

  /**
   * What is kept of this model beside its network: the names of the classes, unless it adds more.
   *
   * @return names and settings, text by key
   */
  protected Map<String, String> names() {
    return Map.of(CLASSES, Json.write(classNames));
  }

  /**
   * Writes weights, architecture and names to a safetensors file.
   *
   * @param file replaced as a whole or not at all
   * @throws IOException if it cannot be written
   */
  public final void save(Path file) throws IOException {
    save(file, Map.of(), net.type());
  }

  /**
   * Writes weights, architecture, names and what else is said of the model, with numbers of another
   * type.
   *
   * @param file replaced as a whole or not at all
   * @param more text by key
   * @param stored FLOAT, DOUBLE, HALF or BFLOAT16, as {@link Network#save(Path, Map, DataType)}
   *     says
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if a key is one of this library's, or as that says
   */
  public final void save(Path file, Map<String, String> more, DataType stored) throws IOException {
    Map<String, String> all = new TreeMap<>(more);
    for (Map.Entry<String, String> name : names().entrySet()) {
      if (all.put(name.getKey(), name.getValue()) != null) {
        throw new IllegalArgumentException(
            "metadata: expected other keys than those of the model, got " + name.getKey());
      }
    }
    net.save(file, all, stored);
  }

  /**
   * What {@link #save} writes beside the weights: architecture and names. Checkpoints of a training
   * that have it, by {@link org.capsnet.train.Trainer#metadata}, can be loaded as a file of the
   * model.
   *
   * @return text by key
   */
  public final Map<String, String> metadata() {
    Map<String, String> all = new TreeMap<>(names());
    all.putAll(net.metadata());
    return all;
  }

  /**
   * Reads a model's file.
   *
   * @param file a safetensors file that {@link #save} wrote, or a checkpoint of a training with its
   *     {@link #metadata()}
   * @param ability what the network has to be able to do
   * @param model joins the network, in evaluation mode, with what is kept beside it, text by key
   * @param <A> the ability
   * @param <M> the model
   * @return the model
   * @throws FormatException if it is no such file, or {@code model} refuses what is in it by an
   *     {@link IllegalArgumentException}
   * @throws IOException if it cannot be read
   */
  protected static <A extends Ability, M> M load(
      Path file, Class<A> ability, BiFunction<A, Map<String, String>, M> model) throws IOException {
    Safetensors.Contents contents = Safetensors.read(file);
    A net = Network.of(file, contents, ability);
    try {
      return model.apply(net, contents.metadata());
    } catch (IllegalArgumentException e) {
      net.network().close();
      throw new FormatException(file, e.getMessage(), e);
    }
  }

  /**
   * Names that a file keeps as a JSON list of texts.
   *
   * @param what whose names they are, for messages
   * @param kept text by key
   * @param key their key
   * @return the names
   * @throws IllegalArgumentException if it keeps none, or something else
   */
  protected static List<String> names(String what, Map<String, String> kept, String key) {
    String text = text(kept, key);
    try {
      JsonNode list = Json.read(text);
      List<String> names = new ArrayList<>();
      list.forEach(name -> names.add(name.textValue()));
      if (!list.isArray() || names.contains(null)) {
        throw new IllegalArgumentException("expected a list of texts, got " + list);
      }
      return names;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(what + " names: " + e.getMessage(), e);
    }
  }

  /**
   * Requires a name for each of what a network predicts.
   *
   * @param what whose names they are, for messages
   * @param names any
   * @param count how many there have to be
   * @return the names, copied
   * @throws IllegalArgumentException if there are more or fewer
   */
  protected static List<String> requireNames(String what, List<String> names, int count) {
    if (names.size() != count) {
      throw new IllegalArgumentException(
          "%s names: expected %d, got %d".formatted(what, count, names.size()));
    }
    return List.copyOf(names);
  }

  /**
   * A text that a file keeps.
   *
   * @param kept text by key
   * @param key its key
   * @return the text
   * @throws IllegalArgumentException if there is none
   */
  protected static String text(Map<String, String> kept, String key) {
    String text = kept.get(key);
    if (text == null) {
      throw new IllegalArgumentException(
          "holds a network alone, which Network.load reads: its metadata lacks " + key);
    }
    return text;
  }

  /**
   * Frees the network's memory at once; nothing can be done with this model afterwards, and nobody
   * may be asking it.
   *
   * @see org.capsnet.nn.Module#close()
   */
  @Override
  public final void close() {
    net.close();
  }
}
