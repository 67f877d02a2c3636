package org.capsnet.examples.output;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Pictures of how much the places of an image matter. */
public final class HeatMap {

  private static final int RGB = 3;

  private HeatMap() {}

  /**
   * A pale image under colours from blue, the least, to red, the most.
   *
   * @param image {@code [channels, height, width]}, from 0 to 1
   * @param heat {@code [height, width]}, from 0 to 1
   * @return {@code [3, height, width]}
   */
  public static INDArray over(INDArray image, INDArray heat) {
    INDArray picture = Nd4j.zeros(DataType.FLOAT, RGB, heat.size(0), heat.size(1));
    for (long y = 0; y < heat.size(0); y++) {
      for (long x = 0; x < heat.size(1); x++) {
        double h = heat.getDouble(y, x);
        double grey = 0;
        for (long c = 0; c < image.size(0); c++) {
          grey += image.getDouble(c, y, x) / image.size(0);
        }
        double[] colour = {h, 0.8 * (1 - Math.abs(2 * h - 1)), 1 - h};
        for (int c = 0; c < RGB; c++) {
          picture.putScalar(new long[] {c, y, x}, 0.45 * grey + 0.55 * colour[c]);
        }
      }
    }
    return picture;
  }
}
