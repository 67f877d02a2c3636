package org.capsnet.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

class WrittenFormTest {

  private interface Colour {}

  private record Mixed(List<Colour> of, double weight) implements Colour {}

  private record Black() implements Colour {}

  private enum Basic implements Colour {
    RED,
    BLUE {
      @Override
      public String toString() {
        return "sky";
      }
    }
  }

  private interface Sound {}

  private record Silence() implements Sound {}

  private record Size(int rows, int columns) {
    Size {
      if (rows < 1) {
        throw new IllegalArgumentException("rows: expected at least 1, got " + rows);
      }
      Math.multiplyExact(rows, columns);
    }
  }

  private record Picture(
      int number,
      long seed,
      double share,
      boolean wide,
      String name,
      DataType type,
      Size size,
      List<Size> tiles,
      List<List<Integer>> tables,
      @Nullable List<Integer> marks,
      @Nullable Integer most,
      Colour colour) {
    Picture {
      Objects.requireNonNull(name, "name");
      tiles = List.copyOf(tiles);
    }
  }

  private static final Picture PICTURE =
      new Picture(
          -3,
          1L << 40,
          0.1,
          true,
          "Ä \"1\"\n",
          DataType.FLOAT,
          new Size(2, 3),
          List.of(new Size(4, 5), new Size(6, 7)),
          List.of(List.of(), List.of(1, 2)),
          null,
          null,
          new Mixed(List.of(Basic.BLUE, new Black()), 1));

  private static final String WRITTEN =
      "{'kind':'test/picture','number':-3,'seed':1099511627776,'share':0.1,'wide':true,"
          + "'name':'Ä #1#\\n','type':'FLOAT','size':{'rows':2,'columns':3},"
          + "'tiles':[{'rows':4,'columns':5},{'rows':6,'columns':7}],'tables':[[],[1,2]],"
          + "'colour':{'kind':'test/mixed','of':[{'kind':'test/basic','value':'BLUE'},"
          + "{'kind':'test/black'}],'weight':1.0}}";

  @BeforeAll
  static void name() {
    Kinds.register("test/picture", Picture.class);
    Kinds.register("test/mixed", Mixed.class);
    Kinds.register("test/black", Black.class);
    Kinds.register("test/basic", Basic.class);
    Kinds.register("test/silence", Silence.class);
    Kinds.register("test/holder", Holder.class);
    Kinds.register("test/forgetful", Forgetful.class);
  }

  /** JSON with other quotes; in words a ^ is a single one. */
  private static String json(String text) {
    return text.replace('\'', '"').replace("#", "\\\"").replace('^', '\'');
  }

  private static Object read(String text) {
    return WrittenForm.read("a picture", json(text), Picture.class);
  }

  @Test
  void everyTypeIsWrittenAndReadBack() {
    assertThat(WrittenForm.write(PICTURE)).isEqualTo(json(WRITTEN));
    assertThat(read(WRITTEN)).isEqualTo(PICTURE);
  }

  @Test
  void whatMayBeNullIsWrittenWhereItIsThere() {
    Picture marked =
        new Picture(
            Integer.MIN_VALUE,
            Long.MIN_VALUE,
            -Double.MIN_VALUE,
            false,
            "",
            DataType.INT64,
            new Size(1, 1),
            List.of(),
            List.of(),
            List.of(Integer.MAX_VALUE),
            7,
            Basic.RED);
    String written = WrittenForm.write(marked);
    assertThat(written).contains("\"marks\":[2147483647],\"most\":7,");
    assertThat(read(written)).isEqualTo(marked);
  }

  /** An order of fields and blanks of somebody's own are JSON's to allow. */
  @Test
  void theOrderOfFieldsDoesNotMatter() {
    assertThat(
            WrittenForm.read(
                "a colour", json(" { 'weight' : 1 , 'of':[],'kind':'test/mixed'} "), Colour.class))
        .isEqualTo(new Mixed(List.of(), 1));
    assertThat(WrittenForm.read("a colour", json("{'kind':'test/black'}"), Colour.class))
        .isEqualTo(new Black());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // numbers
        "-3 | '-3' | number: expected a whole number, got '-3'",
        "-3 | -3.0 | number: expected a whole number, got -3.0",
        "-3 | 3e0 | number: expected a whole number, got 3.0",
        "-3 | null | number: expected a whole number, got null",
        "-3 | true | number: expected a whole number, got true",
        "-3 | [-3] | number: expected a whole number, got [-3]",
        "-3 | 2147483648 | number: expected a whole number from -2147483648 to 2147483647, got"
            + " 2147",
        "'number':-3, | | number: expected a whole number, got nothing",
        "1099511627776 | 9223372036854775808 | seed: expected a whole number from -9223372036854",
        "1099511627776 | 1.0e3 | seed: expected a whole number, got 1000.0",
        "0.1 | '0.1' | share: expected a number, got '0.1'",
        "0.1 | 'NaN' | share: expected a number, got 'NaN'",
        "0.1 | NaN | Non-standard token ^NaN^",
        "0.1 | 1e999 | share: expected a number that a double holds, got",
        "0.1 | 9007199254740993 | share: expected a number that a double holds, got 90071992547409",
        "0.1 | 123456789012345678901234567890 | share: expected a number that a double holds",
        "true | 1 | wide: expected true or false, got 1",
        "true | 'true' | wide: expected true or false, got 'true'",
        "true | null | wide: expected true or false, got null",
        // texts and constants
        "'Ä #1#\\n' | 5 | name: expected a text, got 5",
        "'Ä #1#\\n' | null | name: expected a text, got null",
        "'FLOAT' | 'FLUTE' | type: expected one of DOUBLE, FLOAT, ",
        "'FLOAT' | 'float' | type: expected one of DOUBLE, FLOAT, ",
        "'FLOAT' | 0 | UNKNOWN, got 0",
        "'FLOAT' | '' | UNKNOWN, got ''",
        // records
        "'size':{'rows':2,'columns':3}, | | size: expected an object, got nothing",
        "'size':{'rows':2,'columns':3} | 'size':[2,3] | size: expected an object, got [2,3]",
        "'size':{'rows':2,'columns':3} | 'size':null | size: expected an object, got null",
        "'size':{'rows':2 | 'size':{'rows':0 | size: rows: expected at least 1, got 0",
        "'rows':2 | 'rows':2147483647 | size: the sizes are too large to be counted",
        "'size':{ | 'size':{'kind':'x', | size: expected rows, columns alone, got 'kind'",
        "'rows':2 | 'rows':2,'x\\ny':1 | size: expected rows, columns alone, got 'x\\ny'",
        "'rows':2 | 'rows':2,'rows':2 | Duplicate field ^rows^",
        "'number' | 'nummer' | , most, colour alone, got 'nummer'",
        // lists
        "[[],[1,2]] | [[],[1,null]] | tables[1][1]: expected a whole number, got null",
        "[[],[1,2]] | [[],1] | tables[1]: expected a list, got 1",
        "[[],[1,2]] | {} | tables: expected a list, got {}",
        "'rows':6 | 'rows':'6' | tiles[1].rows: expected a whole number, got '6'",
        "'tables' | 'marks':null,'tables' | marks: expected a list, got null",
        "'tables' | 'most':null,'tables' | most: expected a whole number, got null",
        "'tables' | 'marks':[1.5],'tables' | marks[0]: expected a whole number, got 1.5",
        // kinds
        "test/mixed | test/mix | colour.kind: expected one of test/basic, test/black,"
            + " test/forgetful, test/holder, test/mixed, got 'test/mix'; one^s own are named by"
            + " Kinds.register",
        "test/mixed | test/silence | colour.kind: expected one of test/basic, test/black,"
            + " test/forgetful, test/holder, test/mixed, got 'test/silence'",
        "{'kind':'test/mixed', | { | test/mixed, got nothing",
        "'test/mixed' | 3 | test/mixed, got 3",
        "'test/mixed' | null | test/mixed, got null",
        "'weight':1.0 | 'weight':1.0,'x':0 | colour: expected of, weight alone, got 'x'",
        "{'kind':'test/black'} | 'test/black' | colour.of[1]: expected an object with a kind, got",
        "{'kind':'test/black'} | {'kind':'test/black','x':1} | colour.of[1]: expected no field,"
            + " got",
        "'BLUE' | 'sky' | colour.of[0].value: expected one of RED, BLUE, got 'sky'",
        ",'value':'BLUE' | | colour.of[0].value: expected one of RED, BLUE, got nothing",
        "'BLUE' | 'BLUE','x':1 | colour.of[0]: expected value alone, got 'x'",
        "test/picture | test/black | kind: expected one of test/picture, got 'test/black'",
      })
  void nothingElseIsRead(String part, String inItsPlace, String why) {
    String changed = WRITTEN.replace(part, inItsPlace == null ? "" : inItsPlace);
    assertThat(changed).isNotEqualTo(WRITTEN);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(changed))
        .withMessageStartingWith("not a picture: ")
        .withMessageContaining(json(why))
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "null", "1", "[]", "'x'", "{}", "{", "{} {}", "{}x", "[[", "\0"})
  void anyOtherTextIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(text))
        .withMessageStartingWith("not a picture: ")
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  // ---------------------------------------------------------------- bounds

  @Test
  void lengthDepthDigitsAndElementsAreBounded() {
    String why = "expected at most 1048576 characters, got 1048577";
    assertRefused(" ".repeat(1 << 20) + "1", why);
    assertRefused(WRITTEN.replace("[1,2]", "[".repeat(99) + "]".repeat(99)), "nesting depth");
    assertRefused(WRITTEN.replace("-3", "9".repeat(1000)), "umber");
    String many = String.join(",", Collections.nCopies(10_001, "1"));
    assertRefused(
        WRITTEN.replace("1,2", many), "tables[1]: expected at most 1000 elements, got 10001");
  }

  @Test
  void aMessageDoesNotRepeatAllThatAFileSays() {
    String field = "x".repeat(100_000);
    assertRefused(WRITTEN.replace("'rows':2", "'%s':2".formatted(field)), "xxx…");
    assertRefused(WRITTEN.replace("-3", "'%s'".formatted(field)), "xxx…");
    assertRefused(WRITTEN.replace("'rows':2", "'%1$s':2,'%1$s':2".formatted(field)), "xxx…");
  }

  private static void assertRefused(String text, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(text))
        .withMessageContaining(why)
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(1100));
  }

  // ---------------------------------------------------------------- what is not written

  private record Holder(@Nullable Colour colour, List<Double> numbers) implements Colour {}

  /** Loses what it was made of. */
  private record Forgetful(int number) implements Colour {
    Forgetful {
      number = number / 2;
    }
  }

  @Test
  void whatHasNoNameIsNotWritten() {
    record Nameless() implements Colour {}
    assertNotWritten(
        new Holder(new Holder(new Nameless(), List.of()), List.of()),
        "colour.colour: "
            + Nameless.class.getName()
            + " has no name in files; Kinds.register(\"a name\", ",
        "Kinds.register(\"a name\", Nameless.class)");
    Colour anonymous = new Colour() {};
    assertNotWritten(new Holder(anonymous, List.of()), "colour: ", "has no name in files");
    Runnable lambda = () -> {};
    assertNotWritten(
        lambda, "a lambda has no name in files, and only a record or an enum can have one");
    assertNotWritten("text", "java.lang.String has no name in files");
  }

  @Test
  void whatWouldNotBeReadBackIsNotWritten() {
    assertNotWritten(new Holder(null, null), "numbers: expected a value, got null");
    assertNotWritten(
        new Holder(null, Collections.singletonList(null)),
        "numbers[0]: expected a value, got null");
    assertNotWritten(
        new Holder(null, List.of(Double.NaN)), "numbers[0]: expected a number that a double holds");
    assertNotWritten(new Forgetful(8), "expected to be read back as it was written");
    Colour deep = Basic.RED;
    for (int i = 0; i < 100; i++) {
      deep = new Holder(deep, List.of());
    }
    assertNotWritten(deep, "nesting depth");
    assertNotWritten(
        new Holder(null, Collections.nCopies(10_001, 0.5)),
        "numbers: expected at most 1000 elements");
  }

  private static void assertNotWritten(Object value, String... why) {
    assertThatThrownBy(() -> WrittenForm.write(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(why);
  }
}
