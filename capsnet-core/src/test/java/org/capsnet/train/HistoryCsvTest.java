package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryCsvTest {

  private static EpochReport epoch(int number, Object... metrics) {
    Map<String, Double> all = new LinkedHashMap<>();
    for (int i = 0; i < metrics.length; i += 2) {
      all.put((String) metrics[i], (Double) metrics[i + 1]);
    }
    return new EpochReport(number, all, 2, 16, 0.5);
  }

  /** Whatever epochs have by name is a column, in the order in which it is first met. */
  @Test
  void columnsFollowTheMetrics() {
    List<EpochReport> epochs =
        List.of(
            epoch(1, "train_loss", 0.5, "validation_dice", 0.25),
            epoch(2, "train_loss", 0.25, "train_box", 3.0, "validation_dice", Double.NaN));
    String csv =
        """
        epoch,train_loss,validation_dice,train_box,seconds,images_per_second,learning_rate
        1,0.5,0.25,,2.0,16.0,0.5
        2,0.25,,3.0,2.0,16.0,0.5
        """;
    assertThat(HistoryCsv.write(epochs)).isEqualTo(csv);
    assertThat(HistoryCsv.read(csv)).isEqualTo(epochs);
    assertThat(HistoryCsv.write(HistoryCsv.read(csv))).isEqualTo(csv);
  }

  @Test
  void noEpochsAreNoRows() {
    assertThat(HistoryCsv.write(List.of()))
        .isEqualTo("epoch,seconds,images_per_second,learning_rate\n");
    assertThat(HistoryCsv.read(HistoryCsv.write(List.of()))).isEmpty();
  }

  /** As it was written when the columns were always the same. */
  @Test
  void theEarlierFormIsRead() {
    String csv =
        """
        epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,seconds,\
        images_per_second,learning_rate
        1,0.5,0.75,0.625,0.5,2.0,16.0,0.001
        2,0.25,,,,2.0,16.0,
        """;
    List<EpochReport> epochs = HistoryCsv.read(csv);
    assertThat(epochs.get(0))
        .isEqualTo(
            new EpochReport(
                1,
                Map.of(
                    "train_loss", 0.5,
                    "train_accuracy", 0.75,
                    "validation_loss", 0.625,
                    "validation_accuracy", 0.5),
                2,
                16,
                0.001));
    assertThat(epochs.get(1).metrics()).isEqualTo(Map.of("train_loss", 0.25));
    assertThat(epochs.get(1).learningRate()).isNaN();
    assertThat(epochs.get(1).get(Metric.VALIDATION_ACCURACY)).isNaN();
  }

  @Test
  void columnsThatNobodyKnowsAreMetrics() {
    String csv = "epoch,fid,train_loss,seconds,images_per_second,learning_rate\n1,7,1,1,1,1\n";
    assertThat(HistoryCsv.read(csv).get(0).metrics())
        .isEqualTo(Map.of("fid", 7.0, "train_loss", 1.0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "epoch,train_loss,seconds,learning_rate",
        "epoch,a,a,seconds,images_per_second,learning_rate",
        "epoch,,seconds,images_per_second,learning_rate",
      })
  void otherColumnsAreRefused(String header) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HistoryCsv.read(header))
        .withMessage(
            "history: expected the columns epoch, metrics, seconds, images_per_second,"
                + " learning_rate, got "
                + header);
  }
}
