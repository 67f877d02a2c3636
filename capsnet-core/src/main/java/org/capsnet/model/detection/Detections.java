package org.capsnet.model.detection;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.capsnet.data.detection.Box;
import org.capsnet.metric.Detection;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a detector finds, from the numbers of its capsules and boxes. */
final class Detections {

  private Detections() {}

  /**
   * Reads the objects found.
   *
   * @param lengths of the class capsules, {@code [batch, classes, rows, columns]}
   * @param boxes {@code [batch, classes, 4, rows, columns]}
   * @param rule which are left out
   * @return for each image what was found, the surest first, boxes within the image
   */
  static List<List<Detection>> of(INDArray lengths, INDArray boxes, NonMaximumSuppression rule) {
    int cells = Math.toIntExact(lengths.size(2) * lengths.size(3));
    int slots = Math.toIntExact(lengths.size(1)) * cells;
    double[] scores = lengths.dup('c').reshape(-1).toDoubleVector();
    // Four numbers last, so that a slot has the same place in both.
    double[] numbers = boxes.permute(0, 1, 3, 4, 2).dup('c').reshape(-1).toDoubleVector();
    List<List<Detection>> all = new ArrayList<>();
    for (int first = 0; first < scores.length; first += slots) {
      int from = first;
      List<Detection> found =
          IntStream.range(from, from + slots)
              .filter(slot -> scores[slot] >= rule.minScore())
              .mapToObj(
                  slot ->
                      new Detection(
                          (slot - from) / cells, scores[slot], box(numbers, 4 * slot).clipped()))
              .toList();
      all.add(rule.apply(found));
    }
    return all;
  }

  private static Box box(double[] numbers, int at) {
    return new Box(numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3]);
  }
}
