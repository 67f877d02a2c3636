package org.capsnet.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.capsnet.data.detection.LabeledBox;

/**
 * How the detections of one class in one image are matched with its objects, in decreasing order of
 * score. Each object is found once: a detection that finds it again is wrong.
 */
enum Matching {

  /**
   * As in the development kit of PASCAL VOC: a detection matches the object that it overlaps most,
   * and is wrong if that was found before.
   */
  PASCAL {
    @Override
    List<Verdict> match(List<LabeledBox> truth, List<Detection> found, double iou) {
      boolean[] taken = new boolean[truth.size()];
      List<Verdict> verdicts = new ArrayList<>();
      for (Detection detection : found) {
        int best = -1;
        double most = 0;
        for (int i = 0; i < taken.length; i++) {
          double overlap = overlap(truth.get(i), detection);
          if (overlap > most) {
            most = overlap;
            best = i;
          }
        }
        verdicts.add(verdict(truth, taken, most >= iou ? best : -1));
      }
      return verdicts;
    }
  },

  /**
   * As in COCO's reference: a detection matches the object that it overlaps most among those not
   * found before, the last of equals, and a difficult one only where there is no other. A difficult
   * object may be found any number of times, as a COCO crowd may, but it is overlapped like any
   * other.
   */
  COCO {
    @Override
    List<Verdict> match(List<LabeledBox> truth, List<Detection> found, double iou) {
      boolean[] taken = new boolean[truth.size()];
      List<Verdict> verdicts = new ArrayList<>();
      for (Detection detection : found) {
        int best = best(truth, detection, taken, iou, false);
        if (best < 0) {
          best = best(truth, detection, taken, iou, true);
        }
        verdicts.add(verdict(truth, taken, best));
      }
      return verdicts;
    }

    private int best(
        List<LabeledBox> truth,
        Detection detection,
        boolean[] taken,
        double iou,
        boolean difficult) {
      int best = -1;
      double most = Math.min(iou, 1 - 1e-10);
      for (int i = 0; i < taken.length; i++) {
        if (truth.get(i).difficult() != difficult || taken[i]) {
          continue;
        }
        double overlap = overlap(truth.get(i), detection);
        if (overlap >= most) {
          most = overlap;
          best = i;
        }
      }
      return best;
    }
  };

  /** The outcome of a detection. */
  enum Verdict {
    /** It found an object. */
    TRUE,
    /** It found nothing, or an object that was found before. */
    FALSE,
    /** It found an object that does not count. */
    IGNORED
  }

  /** The score of a detection and its outcome. */
  record Judged(double score, Verdict verdict) {}

  /** In decreasing order of score, and those of equal scores as they were added. */
  static final Comparator<Detection> SUREST_FIRST =
      Comparator.comparingDouble(Detection::score).reversed();

  /**
   * Matches.
   *
   * @param truth of one class in one image
   * @param found of that class, in decreasing order of score
   * @param iou the smallest intersection over union of a match
   * @return the outcome of each detection
   */
  abstract List<Verdict> match(List<LabeledBox> truth, List<Detection> found, double iou);

  private static double overlap(LabeledBox object, Detection detection) {
    return object.box().intersectionOverUnion(detection.box());
  }

  private static Verdict verdict(List<LabeledBox> truth, boolean[] taken, int found) {
    if (found < 0 || taken[found]) {
      return Verdict.FALSE;
    }
    if (truth.get(found).difficult()) {
      return Verdict.IGNORED;
    }
    taken[found] = true;
    return Verdict.TRUE;
  }
}
