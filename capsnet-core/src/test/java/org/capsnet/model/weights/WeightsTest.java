package org.capsnet.model.weights;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.capsnet.io.FormatException;
import org.capsnet.io.Hdf5;
import org.capsnet.io.Npz;
import org.capsnet.io.Safetensors;
import org.capsnet.model.Architecture;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Primary;
import org.capsnet.model.detection.CapsuleDetector;
import org.capsnet.model.detection.DetectorSizes;
import org.capsnet.model.detection.GridCapsuleDetector;
import org.capsnet.model.medical.MedicalCapsNet;
import org.capsnet.model.medical.SegCaps;
import org.capsnet.nn.Init;
import org.capsnet.testing.Numbers;
import org.capsnet.testing.SmallNetworks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class WeightsTest {

  private static final ImageShape IMAGE = new ImageShape(1, 16, 16);

  @TempDir private Path folder;

  static Stream<Architecture<?, ?>> networks() {
    DetectorSizes sizes =
        CapsuleDetector.Config.of(IMAGE, 2)
            .with("sizes.stages", List.of(Conv.same(4, 3, 2), Conv.same(4, 3, 2)))
            .with("sizes.primary", Primary.same(2, 4, 3, 1))
            .with("sizes.classDim", 4)
            .with("sizes.boxHidden", 4)
            .sizes();
    return Stream.concat(
        SmallNetworks.all().stream(),
        Stream.of(
            new CapsuleDetector.Config(sizes, null),
            new GridCapsuleDetector.Config(sizes, 1),
            MedicalCapsNet.Config.of(IMAGE, 2, 3)
                .with("stages", List.of(Conv.same(4, 3, 1), Conv.same(4, 3, 2)))
                .with("primary", Primary.same(2, 4, 3, 2))
                .with("classDim", 4),
            SegCaps.Config.of(IMAGE, 3)
                .with("stem", Conv.same(4, 3, 1))
                .with("kernel", 3)
                .with(
                    "levels",
                    List.of(
                        new SegCaps.Level(1, 4), new SegCaps.Level(2, 4), new SegCaps.Level(2, 4)))
                .with("masks", 3)
                .with("maskDim", 4)));
  }

  /** To the last bit, statistics among them. */
  @ParameterizedTest
  @MethodSource("networks")
  void eachNetworkGoesOutAndInInBothFormats(Architecture<?, ?> architecture) throws IOException {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      Network<?> net = architecture.build(Init.seed(1).type(type));
      Map<String, double[]> numbers = Numbers.of(net.state());
      for (String ending : List.of(".npz", ".safetensors", ".NPZ")) {
        Path file = folder.resolve(type + ending);
        Weights.write(file, net);
        Network<?> other = architecture.build(Init.seed(2).type(type));
        assertThat(Numbers.of(other.state())).usingRecursiveComparison().isNotEqualTo(numbers);
        Weights.load(other, file);
        assertThat(Numbers.of(other.state())).usingRecursiveComparison().isEqualTo(numbers);
      }
    }
  }

  /** By what it begins with, not by its name. */
  @Test
  void aFileIsOfTheFormatOfItsFirstBytes() throws IOException {
    Network<?> net = SmallNetworks.all().get(0).build(1);
    Path npz = folder.resolve("a.npz");
    Weights.write(npz, net);
    Path named = Files.copy(npz, folder.resolve("weights.h5"));
    assertThat(Weights.read(named).keySet()).isEqualTo(net.state().keySet());
    assertThat(Weights.read(Path.of("src/test/resources/foreign/keras.h5"))).hasSize(11);
    assertThatThrownBy(() -> Weights.read(Files.write(named, new byte[3])))
        .isInstanceOf(FormatException.class)
        .hasMessage(named + ": expected a safetensors file, got 3 bytes: too few for a header");
  }

  /** The length of its header is 0x4B50, which is PK of the zip in the order of its bytes. */
  @Test
  void safetensorsThatBeginLikeAZipAreRead() throws IOException {
    int length = 'P' + ('K' << 8);
    String json = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + length + Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put((json + " ".repeat(length - json.length())).getBytes(US_ASCII));
    bytes.putFloat(2.5f);
    Path file = Files.write(folder.resolve("a.safetensors"), bytes.array());
    assertThat(Weights.read(file).get("a").getFloat(0)).isEqualTo(2.5f);
  }

  @Test
  void whatALayoutMakesIsFreed() throws IOException {
    Network<?> net = SmallNetworks.all().get(0).build(1);
    Path file = folder.resolve("a.npz");
    Weights.write(file, net);
    List<INDArray> made = new ArrayList<>();
    NameMap names = NameMap.NONE;
    for (String name : net.stateShapes().keySet()) {
      names =
          names.take(
              name,
              name,
              array -> {
                made.add(array.dup('c'));
                return made.get(made.size() - 1);
              });
    }
    Weights.load(net, file, names);
    assertThat(made).hasSize(net.stateShapes().size()).noneMatch(INDArray::isInScope);
  }

  /** Nothing is changed by a file of which something does not fit. */
  @Test
  void allThatDoesNotFitIsListedAndTheNetworkStays() throws IOException {
    Network<?> net = SmallNetworks.all().get(0).build(1);
    Map<String, INDArray> state = new LinkedHashMap<>(net.state());
    state.remove("stem.0.bias");
    state.put("classes.weight", Nd4j.zeros(DataType.FLOAT, 3, 2));
    state.put("more", Nd4j.zeros(DataType.FLOAT, 1));
    state.put("decoder.0.bias", Nd4j.ones(DataType.FLOAT, 10));
    Path file = folder.resolve("other.npz");
    Npz.write(file, state);
    Map<String, double[]> before = Numbers.of(net.state());
    assertThatThrownBy(() -> Weights.load(net, file))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            file
                + """
                : it does not fit this CapsNet: missing: stem.0.bias
                left over: more
                of another shape: classes.weight: expected [64, 3, 6, 3], got classes.weight of [3, 2]""");
    assertThat(Numbers.of(net.state())).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void namesOfOthersWithoutAMapAreSaidToNeedOne() throws IOException {
    Path file = folder.resolve("other.npz");
    Npz.write(file, Map.of("conv1/kernel:0", Nd4j.ones(DataType.FLOAT, 1)));
    assertThatThrownBy(() -> Weights.load(SmallNetworks.all().get(0).build(1), file))
        .hasMessageStartingWith(file + ": it does not fit this CapsNet: missing: stem.0.weight; ")
        .hasMessageEndingWith(
            "left over: conv1/kernel:0\n"
                + "no name fits: a NameMap says which array is which, KnownNames has some");
  }

  @Test
  void aFolderIsNoFile() {
    assertThatThrownBy(() -> Weights.read(folder)).hasMessage(folder + ": it is a folder");
    assertThatThrownBy(() -> Safetensors.read(folder)).hasMessage(folder + ": it is a folder");
    assertThatThrownBy(() -> Npz.read(folder)).hasMessage(folder + ": it is a folder");
    assertThatThrownBy(() -> Hdf5.read(folder)).hasMessage(folder + ": it is a folder");
  }

  @Test
  void numbersThatAreNoneAreRefused() throws IOException {
    Network<?> net = SmallNetworks.all().get(0).build(1);
    Map<String, INDArray> state = new LinkedHashMap<>(net.state());
    state.put("decoder.0.bias", Nd4j.create(new float[] {0, 1, 2, 3, Float.NaN, 5, 6, 7, 8, 9}));
    Path file = folder.resolve("nan.npz");
    Npz.write(file, state);
    assertThatThrownBy(() -> Weights.load(net, file))
        .isInstanceOf(FormatException.class)
        .hasMessageEndingWith("decoder.0.bias: expected finite numbers, got NaN or infinity");
  }
}
