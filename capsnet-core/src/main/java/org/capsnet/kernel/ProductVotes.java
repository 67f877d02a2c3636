package org.capsnet.kernel;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Votes that are products of poses of m rows and n columns and matrices of n rows and o columns. A
 * vector is a pose of one row.
 */
final class ProductVotes extends VoteOperands {

  /** Input capsules whose matrices are moved together: as many floats fill a line of a cache. */
  private static final int FEW = 16;

  /** Gradients of weights: those of the parts of a batch are often more than all else. */
  private static final Pool<Sizes, float[][][]> GRADIENTS = new Pool<>();

  /** Of each output capsule so many rows. */
  private record Sizes(int outputs, int rows, int row) {}

  private final INDArray poses;
  private final INDArray weight;
  private final int m;
  private final int n;
  private final int o;

  /** Of each input capsule where its matrix for the first output capsule begins in the weights. */
  private final int[] matrixAt;

  /** Of each element {@code row · o + column} of a matrix where it is there. */
  private final int[] elementAt;

  /** {@code [m · o]} rows, null where nothing is added; null if there are none. */
  private final float[][] places;

  /** Of each output capsule {@code [n · o]} rows. */
  private final float[][][] weights;

  private ProductVotes(
      INDArray poses, INDArray weight, int m, int n, int o, boolean turned, INDArray places) {
    this.poses = Floats.dense(poses);
    this.weight = Floats.dense(weight);
    this.m = m;
    this.n = n;
    this.o = o;
    matrixAt = new int[in()];
    Arrays.setAll(matrixAt, i -> (int) (i * weight.size(0) / in()) * out() * n * o);
    elementAt = new int[n * o];
    Arrays.setAll(elementAt, x -> turned ? x % o * n + x / o : x);
    this.places = places == null ? null : rows(Floats.read(Floats.dense(places)), in(), m * o);
    weights = new float[out()][n * o][Gemm.padded(in())];
    spread();
  }

  static VoteOperands ofVectors(INDArray poses, INDArray weight) {
    int n = Math.toIntExact(weight.size(3));
    int o = Math.toIntExact(weight.size(2));
    return new ProductVotes(poses, weight, 1, n, o, true, null);
  }

  static VoteOperands ofMatrices(INDArray poses, INDArray weight, INDArray places) {
    int n = Math.toIntExact(weight.size(2));
    int o = Math.toIntExact(weight.size(3));
    int m = Math.toIntExact(poses.size(2)) / n;
    return new ProductVotes(poses, weight, m, n, o, false, places);
  }

  /** Rows along the first axis, of those columns that are not 0 everywhere. */
  private static float[][] rows(float[] array, int length, int columns) {
    float[][] rows = new float[columns][];
    for (int x = 0; x < array.length; x++) {
      int column = x % columns;
      if (array[x] != 0 && rows[column] == null) {
        rows[column] = new float[Gemm.padded(length)];
      }
      if (rows[column] != null) {
        rows[column][x / columns] = array[x];
      }
    }
    return rows;
  }

  private void spread() {
    float[] all = Floats.read(weight);
    Parallel.forRange(
        out(),
        (worker, from, to) -> {
          for (int j = from; j < to; j++) {
            for (int i = 0; i < in(); i += FEW) {
              spread(all, j, i, Math.min(in(), i + FEW));
            }
          }
        });
  }

  private void spread(float[] all, int j, int first, int end) {
    for (int x = 0; x < n * o; x++) {
      float[] row = weights[j][x];
      int at = j * n * o + elementAt[x];
      for (int i = first; i < end; i++) {
        row[i] = all[matrixAt[i] + at];
      }
    }
  }

  @Override
  long samples() {
    return poses.size(0);
  }

  @Override
  int in() {
    return Math.toIntExact(poses.size(1));
  }

  @Override
  int out() {
    return Math.toIntExact(weight.size(1));
  }

  @Override
  int dim() {
    return m * o;
  }

  @Override
  long sharedNumbers() {
    return (long) out() * n * o * Gemm.padded(in());
  }

  /** The numbers of the arrays of rows. */
  static long numbers(VoteSizes sizes, long pose) {
    return pose * (2L * sizes.row() * sizes.positions() + sizes.in());
  }

  @Override
  VoteRows rows(VoteSizes sizes, VoteLoops loops) {
    return new Products(sizes, loops, null, null);
  }

  @Override
  Gradients gradients(VoteSizes sizes, VoteLoops loops, int parts, int workers) {
    INDArray ofPoses = Floats.create(poses.shape());
    float[][][][] ofWeights = new float[parts][][][];
    return new Gradients() {
      @Override
      public List<INDArray> arrays() {
        INDArray total = total(ofWeights, workers);
        for (int p = 0; p < ofWeights.length; p++) {
          GRADIENTS.give(gradientSizes(), ofWeights[p]);
          ofWeights[p] = null;
        }
        return List.of(ofPoses, total);
      }

      @Override
      public VoteRows rows() {
        return new Products(sizes, loops, ofPoses, ofWeights);
      }
    };
  }

  private Sizes gradientSizes() {
    return new Sizes(out(), n * o, Gemm.padded(in()));
  }

  /** The sum of the gradients of all parts, and of all input capsules that share a matrix. */
  private INDArray total(float[][][][] parts, int workers) {
    float[] sum = new float[Math.toIntExact(weight.length())];
    Parallel.forRange(
        out(),
        workers,
        (worker, from, to) -> {
          for (int j = from; j < to; j++) {
            addUp(parts, j);
            for (int i = 0; i < in(); i += FEW) {
              addTo(sum, parts[0][j], j, i, Math.min(in(), i + FEW));
            }
          }
        });
    INDArray total = Floats.create(weight.shape());
    Floats.write(total, 0, sum, 0, sum.length);
    return total;
  }

  /** In the rows of the first part. */
  private void addUp(float[][][][] parts, int j) {
    for (int x = 0; x < n * o; x++) {
      for (int p = 1; p < parts.length; p++) {
        Loops.add(parts[p][j][x], parts[0][j][x]);
      }
    }
  }

  private void addTo(float[] sum, float[][] rows, int j, int first, int end) {
    for (int x = 0; x < n * o; x++) {
      float[] row = rows[x];
      int at = j * n * o + elementAt[x];
      for (int i = first; i < end; i++) {
        sum[matrixAt[i] + at] += row[i];
      }
    }
  }

  /** Makes votes of the poses of a sample. */
  private final class Products implements VoteRows {
    private final VoteSizes sizes;
    private final VoteLoops loops;
    private final float[] held;

    /** Of each position {@code [m · n]} rows, and in another order {@code [n · m]}. */
    private final float[][][] rows;

    private final float[][][] turned;

    /** Of each position {@code [m · n]} rows; none where there are no gradients. */
    private final float[][][] poseGradient;

    private final INDArray ofPoses;

    /**
     * Of each part, and of that whose samples come, of each output capsule {@code [n · o]} rows.
     */
    private final float[][][][] ofParts;

    private float[][][] ofWeights;

    /** Whether those of an output capsule have been begun. */
    private final boolean[] begun = new boolean[out()];

    /** Of each output capsule {@code [o · n]} rows. */
    private final float[][][] turnedWeights;

    Products(VoteSizes sizes, VoteLoops loops, INDArray ofPoses, float[][][][] ofParts) {
      this.sizes = sizes;
      this.loops = loops;
      this.ofPoses = ofPoses;
      this.ofParts = ofParts;
      held = new float[sizes.in() * m * n];
      rows = new float[sizes.positions()][m * n][sizes.row()];
      turned = Arrays.stream(rows).map(r -> turn(r, m, n)).toArray(float[][][]::new);
      turnedWeights = Arrays.stream(weights).map(w -> turn(w, n, o)).toArray(float[][][]::new);
      poseGradient = new float[ofPoses == null ? 0 : rows.length][m * n][sizes.row()];
    }

    /** The same rows in another order, {@code [b · a]}. */
    private float[][] turn(float[][] matrix, int a, int b) {
      float[][] other = new float[a * b][];
      Arrays.setAll(other, x -> matrix[x % a * b + x / a]);
      return other;
    }

    private long at(long sample, int position) {
      return (sample * sizes.positions() + position) * held.length;
    }

    @Override
    public void begin(int part) {
      Sizes wanted = gradientSizes();
      ofParts[part] =
          GRADIENTS.take(wanted, () -> new float[wanted.outputs][wanted.rows][wanted.row]);
      ofWeights = ofParts[part];
      Arrays.fill(begun, false);
    }

    @Override
    public void read(long sample) {
      long left = samples() - sample * sizes.positions();
      for (int p = 0; p < Math.min(left, rows.length); p++) {
        Floats.read(poses, at(sample, p), held, 0, held.length);
        for (int x = 0; x < m * n; x++) {
          float[] row = rows[p][x];
          for (int i = 0; i < sizes.in(); i++) {
            row[i] = held[i * m * n + x];
          }
        }
      }
    }

    @Override
    public void votes(int position, int j, float[][] to) {
      loops.products(m, n, o, rows[position], weights[j], to, false);
      for (int d = 0; places != null && d < to.length; d++) {
        if (places[d] != null) {
          Loops.add(places[d], to[d]);
        }
      }
    }

    @Override
    public void addGradient(int position, int j, float[][] g) {
      loops.products(m, o, n, g, turnedWeights[j], poseGradient[position], j > 0);
      loops.products(n, m, o, turned[position], g, ofWeights[j], begun[j]);
      begun[j] = true;
    }

    @Override
    public void write(long sample, int position) {
      for (int x = 0; x < m * n; x++) {
        float[] row = poseGradient[position][x];
        for (int i = 0; i < sizes.in(); i++) {
          held[i * m * n + x] = row[i];
        }
      }
      Floats.write(ofPoses, at(sample, position), held, 0, held.length);
    }
  }
}
