package org.capsnet.examples.digits;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.capsnet.data.SampleSource;
import org.capsnet.data.digits.DigitPair;
import org.capsnet.examples.output.ImageGrid;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.Prediction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Images of two digits, and what a network makes of each: the two that it finds, each drawn from
 * its own capsule, in two colours over one another (figure 5 of Sabour et al. 2017). Of the pairs
 * the first that are found, and the first of which one digit or both are missed.
 */
public final class PairPicture {

  private static final int COLUMNS = 10;
  private static final int SCALE = 3;

  /** Enough to find some that are missed. */
  private static final int LOOKED_AT = 1000;

  /** Red, green and blue; their sum is white. */
  private static final float[] ORANGE = {1, 0.55f, 0};

  private static final float[] BLUE = {0, 0.45f, 1};

  private final ImageClassifier classifier;
  private final SampleSource<DigitPair> pairs;

  public PairPicture(ImageClassifier classifier, SampleSource<DigitPair> pairs) {
    this.classifier = classifier;
    this.pairs = pairs;
  }

  /**
   * What was made of a pair.
   *
   * @param labels the two classes predicted, each where the true one is that is the same
   */
  private record Answer(DigitPair pair, Prediction said, List<Integer> labels) {

    static Answer of(DigitPair pair, Prediction said) {
      int likeliest = said.top(2).get(0).label();
      int next = said.top(2).get(1).label();
      boolean crossed = likeliest == pair.secondLabel() || next == pair.firstLabel();
      return new Answer(pair, said, crossed ? List.of(next, likeliest) : List.of(likeliest, next));
    }

    boolean isRight() {
      return labels.equals(List.of(pair.firstLabel(), pair.secondLabel()));
    }
  }

  public void write(Path file) throws IOException {
    List<Answer> right = new ArrayList<>();
    List<Answer> wrong = new ArrayList<>();
    for (int i = 0; i < Math.min(LOOKED_AT, pairs.count()); i++) {
      DigitPair pair = pairs.get(0, i);
      Answer answer = Answer.of(pair, classifier.predict(pair.image().toArray()));
      List<Answer> kind = answer.isRight() ? right : wrong;
      if (kind.size() < COLUMNS) {
        kind.add(answer);
      }
      if (right.size() == COLUMNS && wrong.size() == COLUMNS) {
        break;
      }
    }
    ImageGrid grid = new ImageGrid(SCALE);
    addRows(grid, "both right", right);
    addRows(grid, "one or both wrong", wrong);
    grid.write(file);
  }

  private void addRows(ImageGrid grid, String name, List<Answer> answers) {
    if (answers.isEmpty()) {
      return;
    }
    grid.words(name, List.of());
    grid.words("true", words(answers, a -> List.of(a.pair.firstLabel(), a.pair.secondLabel())));
    grid.words("predicted", words(answers, Answer::labels));
    grid.row("image", images(answers, answer -> answer.pair.image().toArray()));
    grid.row("first digit", images(answers, a -> in(ORANGE, a.pair.first().toArray())));
    grid.row("second digit", images(answers, a -> in(BLUE, a.pair.second().toArray())));
    grid.row("drawn", images(answers, this::drawn));
  }

  private List<String> words(List<Answer> answers, Function<Answer, List<Integer>> labels) {
    return answers.stream()
        .map(labels)
        .map(two -> name(two.get(0)) + " " + name(two.get(1)))
        .toList();
  }

  private String name(int label) {
    return classifier.classNames().get(label);
  }

  private static List<INDArray> images(List<Answer> answers, Function<Answer, INDArray> image) {
    return answers.stream().map(image).toList();
  }

  private INDArray drawn(Answer answer) {
    return in(ORANGE, drawn(answer.said, answer.labels.get(0)))
        .addi(in(BLUE, drawn(answer.said, answer.labels.get(1))));
  }

  private INDArray drawn(Prediction said, int label) {
    return classifier.draw(label, said.poses().getRow(label));
  }

  /** A grey image, in shades of a colour. */
  private static INDArray in(float[] colour, INDArray grey) {
    return Nd4j.createFromArray(colour).castTo(grey.dataType()).reshape(3, 1, 1).mul(grey);
  }
}
