package org.capsnet.model.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Which array that another tool saved is which one of a network. In the names of theirs, {@code *}
 * stands for any characters, or none; of two rules that a name fits, the first has it.
 *
 * <pre>{@code
 * NameMap names =
 *     NameMap.NONE
 *         .take("conv1/conv1/kernel:0", "stem.0.weight", Layout.KERAS_CONVOLUTION)
 *         .take("conv1/conv1/bias:0", "stem.0.bias")
 *         .takeInOrder("decoder*kernel:0", List.of("decoder.0.weight", "decoder.2.weight"), Layout.KERAS_LINEAR)
 *         .leave("optimizer*");
 * }</pre>
 *
 * <p>A map does not change: each method makes a longer one.
 */
public final class NameMap {

  /** Of no names at all, to begin with. */
  public static final NameMap NONE = new NameMap(List.of(), List.of());

  private final List<Rule> rules;
  private final List<String> zeros;

  private NameMap(List<Rule> rules, List<String> zeros) {
    this.rules = rules;
    this.zeros = zeros;
  }

  /**
   * What becomes of one array.
   *
   * @param ours its name in the network
   * @param layout what becomes of its axes
   */
  record Taken(String ours, Layout layout) {}

  /**
   * What becomes of the names that fit a pattern.
   *
   * @param theirs as it was written
   * @param pattern of it
   * @param taken what they are in the network, as many as there have to be; none if they are left,
   *     however many there are
   * @param zero whether they have to be 0
   */
  record Rule(String theirs, Pattern pattern, List<Taken> taken, boolean zero) {

    Rule(String theirs, List<Taken> taken, boolean zero) {
      this(theirs, pattern(theirs), List.copyOf(taken), zero);
    }

    boolean fits(String name) {
      return pattern.matcher(name).matches();
    }

    private static Pattern pattern(String theirs) {
      String parts =
          Arrays.stream(theirs.split("\\*", -1))
              .map(Pattern::quote)
              .collect(Collectors.joining(".*"));
      return Pattern.compile(parts, Pattern.DOTALL);
    }
  }

  /**
   * The names of a network as they are: of a file that {@link Weights#write} wrote.
   *
   * @param ours the names
   * @return the map
   */
  public static NameMap same(Iterable<String> ours) {
    NameMap map = NONE;
    for (String name : ours) {
      map = map.take(name, name);
    }
    return map;
  }

  /**
   * Takes an array as it is.
   *
   * @param theirs its name in the file, which one alone has to fit
   * @param ours its name in the network, as {@link org.capsnet.nn.Module#state()} has it
   * @return this map and the name
   */
  public NameMap take(String theirs, String ours) {
    return take(theirs, ours, Layout.SAME);
  }

  /**
   * Takes an array in another layout.
   *
   * @param theirs its name in the file, which one alone has to fit
   * @param ours its name in the network, as {@link org.capsnet.nn.Module#state()} has it
   * @param layout what becomes of its axes
   * @return this map and the name
   */
  public NameMap take(String theirs, String ours, Layout layout) {
    return takeInOrder(theirs, List.of(new Taken(ours, layout)));
  }

  /**
   * Takes several arrays in the order of their numbers: Keras counts the layers of a process, so
   * that the names of one network may be {@code dense}, {@code dense_1} and {@code dense_2}, and
   * those of another {@code dense_9}, {@code dense_10} and {@code dense_11}.
   *
   * @param theirs their names in the file, which as many have to fit
   * @param ours their names in the network, in order
   * @param layout what becomes of the axes of each
   * @return this map and the names
   */
  public NameMap takeInOrder(String theirs, List<String> ours, Layout layout) {
    return takeInOrder(theirs, ours.stream().map(name -> new Taken(name, layout)).toList());
  }

  /**
   * Leaves arrays in the file, if it has any of the name.
   *
   * @param theirs their names in the file
   * @return this map and the name
   */
  public NameMap leave(String theirs) {
    return with(new Rule(theirs, List.of(), false));
  }

  /**
   * Leaves arrays in the file that the network has no counterpart of, if they change nothing.
   *
   * @param theirs the names in the file of arrays that have to be 0
   * @return this map and the name
   */
  public NameMap leaveZeros(String theirs) {
    return with(new Rule(theirs, List.of(), true));
  }

  /**
   * Sets an array of the network to 0, which the other tool computes without.
   *
   * @param ours its name in the network, if that has it
   * @return this map and the name
   */
  public NameMap zero(String ours) {
    List<String> more = new ArrayList<>(zeros);
    more.add(ours);
    return new NameMap(rules, List.copyOf(more));
  }

  /** Each with a layout of its own. */
  NameMap takeInOrder(String theirs, List<Taken> taken) {
    return with(new Rule(theirs, taken, false));
  }

  private NameMap with(Rule rule) {
    List<Rule> more = new ArrayList<>(rules);
    more.add(rule);
    return new NameMap(List.copyOf(more), zeros);
  }

  /**
   * Gives arrays the names and layouts of a network.
   *
   * @param theirs arrays by their names in a file
   * @param ours the shapes of the network, as {@link org.capsnet.nn.Module#stateShapes()}
   * @return an array for each of {@code ours}, some of which may be those of {@code theirs}
   * @throws IllegalArgumentException if one is missing, left over, or of another shape; the message
   *     lists all that are
   */
  public Map<String, INDArray> apply(Map<String, INDArray> theirs, Map<String, long[]> ours) {
    return new Matching(theirs, ours).by(rules, zeros);
  }
}
