package org.capsnet.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a batch costs: a weighted sum of named terms, and what the model gave for the batch, for
 * those who measure it.
 *
 * <pre>{@code
 * Loss.of("margin", margin.of(lengths, labels))
 *     .plus("reconstruction", squaredError, step.weight("reconstruction", schedule))
 *     .withPredictions(lengths.value(), labels);
 * }</pre>
 *
 * <p>Reports, histories, logs and pictures have each term under its name, before it is weighted, so
 * that a schedule of its weight does not bend its curve; where weights change, epochs are better
 * compared by a term than by the sum. A term that costs too much to compute for a weight of 0 may
 * be left out of the steps at which it has none.
 *
 * <p>Immutable; each method gives another loss. Arrays are those of the forward pass, and live as
 * long as its scope.
 */
public final class Loss {

  private final List<Term> terms;
  private final Variable total;
  private final Optional<Predictions> predictions;
  private final Map<String, INDArray> outputs;

  private Loss(
      List<Term> terms,
      Variable total,
      Optional<Predictions> predictions,
      Map<String, INDArray> outputs) {
    this.terms = terms;
    this.total = total;
    this.predictions = predictions;
    this.outputs = outputs;
  }

  /**
   * A part of a loss.
   *
   * @param name letters, digits and underscores, as {@code margin}; neither {@code loss} nor {@code
   *     accuracy}, which are reported beside the terms
   * @param value a scalar, the mean over the batch
   * @param weight of the value in the sum, at least 0
   */
  public record Term(String name, Variable value, double weight) {

    /**
     * Checks the term.
     *
     * @throws IllegalArgumentException if the name, the shape or the weight is not such
     */
    public Term {
      Metric.requireTerm(name);
      if (value.value().length() != 1) {
        throw new IllegalArgumentException(
            name + ": expected a scalar, got " + Arrays.toString(value.shape()));
      }
      requireWeight(name, weight);
    }

    private Variable weighted() {
      return weight == 1 ? value : value.times(weight);
    }

    private double number() {
      return value.value().getDouble(0);
    }
  }

  static double requireWeight(String term, double weight) {
    if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "weight of " + term + ": expected at least 0 and finite, got " + weight);
    }
    return weight;
  }

  /**
   * A loss of one term, whose weight is 1.
   *
   * @param name its name
   * @param value a scalar, the mean over the batch
   * @return the loss
   */
  public static Loss of(String name, Variable value) {
    return of(List.of(new Term(name, value, 1)));
  }

  /**
   * A loss of some terms.
   *
   * @param terms at least one, of different names
   * @return the loss
   * @throws IllegalArgumentException if there is none, or two have one name
   */
  public static Loss of(List<Term> terms) {
    if (terms.isEmpty()) {
      throw new IllegalArgumentException("loss: expected at least one term, got none");
    }
    if (terms.stream().map(Term::name).distinct().count() < terms.size()) {
      throw new IllegalArgumentException(
          "loss: expected terms of different names, got "
              + terms.stream().map(Term::name).toList());
    }
    Variable total = terms.stream().map(Term::weighted).reduce(Variable::plus).orElseThrow();
    return new Loss(List.copyOf(terms), total, Optional.empty(), Map.of());
  }

  /**
   * This loss and one more term.
   *
   * @param name its name, another than those of the terms before
   * @param value a scalar, the mean over the batch
   * @param weight of the value in the sum, at least 0
   * @return another loss
   */
  public Loss plus(String name, Variable value, double weight) {
    List<Term> more = new ArrayList<>(terms);
    more.add(new Term(name, value, weight));
    Loss sum = of(more);
    return new Loss(sum.terms, sum.total, predictions, outputs);
  }

  /**
   * This loss, of a model that predicts one class of each sample: its accuracy is reported.
   *
   * @param scores {@code [batch, classes]}, where the largest of a row is the class predicted
   * @param labels one-hot, {@code [batch, classes]}
   * @return another loss
   * @throws IllegalArgumentException if the shapes differ
   */
  public Loss withPredictions(INDArray scores, INDArray labels) {
    return new Loss(terms, total, Optional.of(new Predictions(scores, labels)), outputs);
  }

  /**
   * This loss, with something that the model gave for the batch, for {@link Metric}s to read.
   *
   * @param name what it is, as {@code masks}
   * @param output any array
   * @return another loss
   */
  public Loss withOutput(String name, INDArray output) {
    Map<String, INDArray> more = new LinkedHashMap<>(outputs);
    more.put(name, output);
    return new Loss(terms, total, predictions, Collections.unmodifiableMap(more));
  }

  /** {@return the terms, in the order in which they are added up} */
  public List<Term> terms() {
    return terms;
  }

  /** {@return the weighted sum of the terms: the scalar that is minimised} */
  public Variable total() {
    return total;
  }

  /** {@return the classes predicted; empty for a model that does not predict one of each sample} */
  public Optional<Predictions> predictions() {
    return predictions;
  }

  /**
   * Something that the model gave for the batch.
   *
   * @param name the name that the model gives it
   * @return the array
   * @throws IllegalArgumentException if it gives nothing of that name
   */
  public INDArray output(String name) {
    INDArray output = outputs.get(name);
    if (output == null) {
      throw new IllegalArgumentException(
          "output: expected one of " + outputs.keySet() + ", got " + name);
    }
    return output;
  }

  /** The number, and of what it is made: {@code 1.5 (margin 0.5, reconstruction 2000.0)}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(Double.toString(total.value().getDouble(0)));
    if (terms.size() > 1) {
      List<String> parts = terms.stream().map(term -> term.name() + " " + term.number()).toList();
      text.append(" (").append(String.join(", ", parts)).append(')');
    }
    return text.toString();
  }
}
