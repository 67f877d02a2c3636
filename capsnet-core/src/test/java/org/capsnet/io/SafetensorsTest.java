package org.capsnet.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.capsnet.autograd.Scope;
import org.capsnet.testing.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class SafetensorsTest {

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("weights.safetensors");
  }

  private Safetensors.Contents roundTrip(Map<String, INDArray> tensors, Map<String, String> meta)
      throws IOException {
    Safetensors.write(file(), tensors, meta);
    return Safetensors.read(file());
  }

  private static Map<String, INDArray> everyKind() {
    INDArray base = Nd4j.arange(120).castTo(DataType.FLOAT).reshape(4, 5, 6);
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    tensors.put("ubyte", Nd4j.createFromArray(0, 1, 127, 128, 255).castTo(DataType.UINT8));
    tensors.put("float", base);
    tensors.put("view", base.get(NDArrayIndex.point(2), NDArrayIndex.interval(1, 2, 5)));
    tensors.put("rows", base.get(NDArrayIndex.interval(1, 3)));
    tensors.put("row", base.slice(3));
    tensors.put("permuted", base.permute(2, 0, 1));
    tensors.put("f order", base.dup('f'));
    tensors.put("größe.重み \"\\\n", Nd4j.createFromArray(1.5f, -0.0f, Float.NaN));
    tensors.put("double", Nd4j.createFromArray(Math.PI, Double.MIN_VALUE, -1e300));
    tensors.put("half", Nd4j.createFromArray(0.1f, -65504f, 6e-8f).castTo(DataType.FLOAT16));
    tensors.put("bfloat16", Nd4j.createFromArray(0.1f, -3e38f).castTo(DataType.BFLOAT16));
    tensors.put("long", Nd4j.createFromArray(Long.MIN_VALUE, -1L, Long.MAX_VALUE));
    tensors.put("int", Nd4j.createFromArray(Integer.MIN_VALUE, 7, Integer.MAX_VALUE));
    tensors.put("bool", Nd4j.createFromArray(true, false, true, true));
    tensors.put("scalar", Nd4j.scalar(2.5));
    tensors.put("empty", Nd4j.create(DataType.FLOAT, 0, 3));
    return tensors;
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Map<String, INDArray> tensors = everyKind();
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("architecture", "{\"routing\": \"dynamic\"}");
    metadata.put("empty", "");
    Safetensors.Contents contents = roundTrip(tensors, metadata);

    assertThat(contents.metadata()).isEqualTo(metadata);
    assertThat(contents.tensors().keySet()).containsExactlyElementsOf(tensors.keySet());
    contents
        .tensors()
        .forEach(
            (name, array) -> {
              INDArray expected = tensors.get(name);
              assertThat(array.dataType()).as(name).isEqualTo(expected.dataType());
              assertThat(array.shape()).as(name).isEqualTo(expected.shape());
              assertThat(array.ordering()).as(name).isEqualTo('c');
              if (!array.isEmpty()) {
                assertThat(bytes(array)).as(name).isEqualTo(bytes(expected));
              }
            });
  }

  private static byte[] bytes(INDArray array) {
    ByteBuffer buffer = array.dup('c').data().asNio();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @Test
  void nothingAtAllIsAFileToo() throws IOException {
    Safetensors.Contents contents = roundTrip(Map.of(), Map.of());
    assertThat(contents.tensors()).isEmpty();
    assertThat(contents.metadata()).isEmpty();
  }

  @Test
  void anArrayOfManyChunksIsWhole() throws IOException {
    INDArray big = Nd4j.arange(1_000_003).castTo(DataType.INT32);
    assertThat(roundTrip(Map.of("big", big), Map.of()).tensors().get("big").toIntVector())
        .isEqualTo(big.toIntVector());
  }

  @Test
  void arraysReadInsideAScopeOutliveIt() throws IOException {
    INDArray read;
    Safetensors.write(file(), Map.of("a", Nd4j.createFromArray(1f, 2f, 3f)), Map.of());
    try (Scope scope = Scope.open()) {
      read = Safetensors.read(file()).tensors().get("a");
      Safetensors.write(folder.resolve("again"), Map.of("a", Nd4j.ones(3).mul(read)), Map.of());
    }
    assertThat(read.isAttached()).isFalse();
    assertThat(read.toFloatVector()).containsExactly(1, 2, 3);
    assertThat(folder.resolve("again")).hasSameBinaryContentAs(file());
  }

  @Test
  void theSameArraysGiveTheSameBytes() throws IOException {
    Safetensors.write(file(), everyKind(), Map.of("key", "value"));
    Safetensors.write(folder.resolve("twin"), everyKind(), Map.of("key", "value"));
    assertThat(folder.resolve("twin")).hasSameBinaryContentAs(file());
  }

  @Test
  void anIndependentReaderAgrees() throws IOException {
    Map<String, INDArray> tensors = everyKind();
    Safetensors.write(file(), tensors, Map.of("format", "test"));
    SafetensorsFile read = SafetensorsFile.read(file());
    assertThat(read.metadata()).isEqualTo(Map.of("format", "test"));
    read.assertHolds(tensors);
  }

  @Test
  void bytesInMemoryAreReadAsAFileIs() throws IOException {
    Map<String, INDArray> tensors = everyKind();
    Safetensors.write(file(), tensors, Map.of("key", "value"));
    Safetensors.Contents read = Safetensors.read(Path.of("resource"), Files.readAllBytes(file()));
    assertThat(read.metadata()).isEqualTo(Map.of("key", "value"));
    Safetensors.write(folder.resolve("again"), read.tensors(), read.metadata());
    assertThat(folder.resolve("again")).hasSameBinaryContentAs(file());
  }

  /** Their value by the definition: sign, 5 bits of exponent, 10 of fraction. */
  private static float half(int bits) {
    int exponent = bits >> 10 & 31;
    int fraction = bits & 1023;
    double size =
        exponent == 0
            ? Math.scalb((double) fraction, -24)
            : exponent == 31
                ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
                : Math.scalb(1024.0 + fraction, exponent - 25);
    return (float) ((bits & 0x8000) == 0 ? size : -size);
  }

  @Test
  void everyHalfAndBfloat16HasItsValue() throws IOException {
    ByteBuffer all = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits = 0; bits < 1 << 16; bits++) {
      all.putShort((short) bits);
    }
    for (String type : new String[] {"F16", "BF16"}) {
      byte[] file =
          withHeader(
              "{\"a\":{\"dtype\":\"%s\",\"shape\":[65536],\"data_offsets\":[0,131072]}}"
                  .formatted(type),
              0);
      byte[] whole = Arrays.copyOf(file, file.length + all.capacity());
      System.arraycopy(all.array(), 0, whole, file.length, all.capacity());
      Files.write(file(), whole);
      float[] read =
          Safetensors.read(file()).tensors().get("a").castTo(DataType.FLOAT).toFloatVector();
      for (int bits = 0; bits < 1 << 16; bits++) {
        float expected = type.equals("F16") ? half(bits) : Float.intBitsToFloat(bits << 16);
        if (Float.compare(read[bits], expected) != 0) {
          assertThat(read[bits]).as("%s %04x", type, bits).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void refusesWhatTheFormatCannotHold() {
    assertThatThrownBy(
            () -> Safetensors.write(file(), Map.of("__metadata__", Nd4j.scalar(1)), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("__metadata__");
    assertThatThrownBy(
            () -> Safetensors.write(file(), Map.of("text", Nd4j.create("a", "b")), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tensor text")
        .hasMessageContaining("got UTF8");
    assertThat(file()).doesNotExist();
  }

  @Test
  void aWriteThatFailsLeavesTheOldFile() throws IOException {
    Safetensors.write(file(), Map.of("a", Nd4j.scalar(1f)), Map.of());
    byte[] before = Files.readAllBytes(file());
    INDArray closed = Nd4j.createFromArray(1f, 2f);
    closed.close();
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    tensors.put("fine", Nd4j.ones(1000));
    tensors.put("closed", closed);
    assertThatThrownBy(() -> Safetensors.write(file(), tensors, Map.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("tensor closed was closed");
    assertThat(file()).hasBinaryContent(before);
    assertThat(folder.toFile().list()).containsExactly("weights.safetensors");
  }

  // ---------------------------------------------------------------- bad files

  private void assertFault(byte[] content, String fault) throws IOException {
    Files.write(file(), content);
    assertThatThrownBy(() -> Safetensors.read(file()))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(file() + ": ")
        .hasMessageContaining(fault);
    assertThatThrownBy(() -> Safetensors.read(Path.of("resource"), content))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("resource: ")
        .hasMessageContaining(fault);
  }

  private static byte[] withHeader(String header, int dataLength) {
    byte[] bytes = header.getBytes(UTF_8);
    return withLength(bytes.length, bytes, dataLength);
  }

  private static byte[] withLength(long length, byte[] header, int dataLength) {
    return ByteBuffer.allocate(8 + header.length + dataLength)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(header)
        .array();
  }

  @Test
  void aMissingFileIsCalledMissing() {
    assertThatThrownBy(() -> Safetensors.read(file())).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void everyTruncationIsNoticed() throws IOException {
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    tensors.put("a", Nd4j.ones(DataType.FLOAT, 2, 3));
    tensors.put("b", Nd4j.ones(DataType.DOUBLE, 4));
    Safetensors.write(file(), tensors, Map.of("key", "value"));
    byte[] whole = Files.readAllBytes(file());
    for (int length = 0; length < whole.length; length++) {
      assertFault(Arrays.copyOf(whole, length), "");
    }
    assertFault(Arrays.copyOf(whole, whole.length + 1), "follow the header");
  }

  @Test
  void aLyingHeaderLengthIsNoticedBeforeAnythingIsAllocated() throws IOException {
    assertFault(withLength(Long.MAX_VALUE, new byte[8], 0), "the header's length");
    assertFault(withLength(-1, new byte[8], 0), "got 18446744073709551615");
    assertFault(withLength(100_000_001, new byte[8], 0), "the header's length");
    assertFault(withLength(100_000_000, new byte[8], 0), "only 8 follow");
    assertFault("PK\u0003\u0004 and not safetensors".getBytes(UTF_8), "is this a safetensors");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | expected START_OBJECT, got null",
        "[] | expected START_OBJECT, got START_ARRAY",
        "{ | not valid JSON",
        "{} {} | something follows",
        "{'a':1} | tensor a: expected START_OBJECT",
        "{'a':{}} | lacks its dtype",
        "{'a':{'dtype':'F32','shape':[1]}} | lacks its dtype",
        "{'a':{'dtype':'F33','shape':[1],'data_offsets':[0,4]}} | got F33",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0]}} | lacks its dtype",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4,8]}} | more than 2 numbers",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4],'x':1}} | unknown key x",
        "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}} | negative",
        "{'a':{'dtype':'F32','shape':[1.5],'data_offsets':[0,4]}} | expected VALUE_NUMBER_INT",
        "{'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,4]}} | not valid"
            + " JSON",
        "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,4]}} | impossibly",
        "{'a':{'dtype':'F32','shape':[2147483648],'data_offsets':[0,4]}} | takes 8589934592 bytes",
        "{'a':{'dtype':'F32','shape':[2147483648],'data_offsets':[0,8589934592]}} | 4 follow",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}} | has those from 4 to 0",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | begins at byte 4",
        "{'a':{'dtype':'F32','shape':[0],'data_offsets':[0,0]}} | take 0 bytes, but 4 follow",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'b':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | tensor b begins at byte 0",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | Duplicate field 'a'",
        "{'__metadata__':{'k':1}} | __metadata__ k: expected VALUE_STRING",
        "{'__metadata__':{'k':'1','k':'2'}} | Duplicate field 'k'",
      })
  void aLyingHeaderIsNoticed(String header, String fault) throws IOException {
    assertFault(withHeader(header.replace('\'', '"'), 4), fault);
  }

  @Test
  void moreAxesThanAnArrayHasAreRefused() throws IOException {
    String ones = "1" + ",1".repeat(32);
    assertFault(
        withHeader(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[" + ones + "],\"data_offsets\":[0,4]}}", 4),
        "more than 32 numbers");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() throws IOException {
    assertFault(withLength(3, new byte[] {'{', (byte) 0xC3, '}'}, 0), "not UTF-8");
  }

  @Test
  void deepNestingIsRefusedWithoutAStackOverflow() throws IOException {
    assertFault(withHeader("{\"a\":" + "[".repeat(1_000_000), 0), "expected START_OBJECT");
  }

  /** Damage anywhere gives other numbers or the named fault, and nothing else. */
  @Test
  void randomDamageGivesNumbersOrTheNamedFault() throws IOException {
    Safetensors.write(file(), everyKind(), Map.of("key", "value"));
    byte[] whole = Files.readAllBytes(file());
    Random random = new Random(1);
    for (int i = 0; i < 800; i++) {
      byte[] damaged = whole.clone();
      for (int hits = random.nextInt(3); hits >= 0; hits--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Files.write(file(), damaged);
      try {
        assertThat(Safetensors.read(file()).tensors()).isNotEmpty();
      } catch (FormatException e) {
        assertThat(e).hasMessageStartingWith(file() + ": ");
      }
    }
  }
}
