package org.capsnet.kernel;

/** Sums without the Vector API: four at a time, so that none has to wait for the last addition. */
final class PlainRowSums implements RowSums {

  @Override
  public double sum(float[] a, int at, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = at;
    for (; i + 4 <= at + n; i += 4) {
      s0 += a[i];
      s1 += a[i + 1];
      s2 += a[i + 2];
      s3 += a[i + 3];
    }
    for (; i < at + n; i++) {
      s0 += a[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  @Override
  public double squares(float[] a, int at, int n, float center, float scale) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = at;
    for (; i + 4 <= at + n; i += 4) {
      s0 += square((a[i] - center) * scale);
      s1 += square((a[i + 1] - center) * scale);
      s2 += square((a[i + 2] - center) * scale);
      s3 += square((a[i + 3] - center) * scale);
    }
    for (; i < at + n; i++) {
      s0 += square((a[i] - center) * scale);
    }
    return (s0 + s1) + (s2 + s3);
  }

  private static float square(float x) {
    return x * x;
  }

  @Override
  public double along(float[] a, float[] b, int at, int n, float center, float scale) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = at;
    for (; i + 4 <= at + n; i += 4) {
      s0 += (a[i] - center) * scale * b[i];
      s1 += (a[i + 1] - center) * scale * b[i + 1];
      s2 += (a[i + 2] - center) * scale * b[i + 2];
      s3 += (a[i + 3] - center) * scale * b[i + 3];
    }
    for (; i < at + n; i++) {
      s0 += (a[i] - center) * scale * b[i];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
