package org.capsnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.io.Architectures;
import org.capsnet.io.Json;
import org.capsnet.io.Kinds;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.detection.CapsuleDetector;
import org.capsnet.model.detection.DetectorSizes;
import org.capsnet.model.detection.GridCapsuleDetector;
import org.capsnet.model.medical.MedicalCapsNet;
import org.capsnet.model.medical.SegCaps;
import org.capsnet.model.medical.SegCaps.Level;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.Unsquashed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitecturesTest {

  private static final String ROUTING =
      "'routing':{'kind':'dynamic','iterations':3,'leaky':false,"
          + "'lastIterationOnly':false,'biased':true,'squash':{'kind':'sabour-squash'}}";
  private static final String EARLIER_ROUTING =
      "'routing':'dynamic(iterations=3, leaky=false, lastOnly=false, biased=true)'";
  private static final String SIZES =
      "'sizes':{'image':{'channels':3,'height':16,'width':24},'classes':2,"
          + "'stages':[{'channels':4,'kernel':3,'stride':2,'padding':1}],"
          + "'primary':{'types':2,'dim':3,'kernel':3,'stride':1,'padding':1},'classDim':4,"
          + ROUTING
          + ",'boxHidden':5}";
  private static final String EARLIER_SIZES =
      "'channels':3,'height':16,'width':24,"
          + "'stages':[{'channels':4,'kernel':3,'stride':2}],"
          + "'primary':{'channels':6,'kernel':3,'stride':1},'primaryDim':3,'type':'FLOAT',"
          + "'classes':2,'classDim':4,"
          + EARLIER_ROUTING
          + ",'boxHidden':5";

  /** Files are out there: what a version writes, every later one must read. */
  private record Form(
      String name,
      Architecture<?, ?> architecture,
      String written,
      String earlierKey,
      String earlier) {

    Form {
      written = json(written);
      earlier = json(earlier);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final Form CAPSNET =
      new Form(
          "capsnet",
          CapsNet.Config.paper(),
          "{'kind':'capsnet','image':{'channels':1,'height':28,'width':28},'classes':10,"
              + "'stem':[{'channels':256,'kernel':9,'stride':1,'padding':0}],"
              + "'primary':{'types':32,'dim':8,'kernel':9,'stride':2,'padding':0},'classDim':16,"
              + "'votes':{'kind':'dense-votes','sharing':'NONE','placed':false},"
              + ROUTING
              + ",'decoder':[512,1024]}",
          "capsnet.architecture",
          "{'channels':1,'height':28,'width':28,'classes':10,"
              + "'stem':[{'channels':256,'kernel':9,'stride':1}],"
              + "'primary':{'channels':256,'kernel':9,'stride':2},'primaryDim':8,'classDim':16,"
              + EARLIER_ROUTING
              + ",'decoder':[512,1024],'type':'FLOAT'}");

  private static final Form DETECTOR =
      new Form(
          "detector",
          new CapsuleDetector.Config(sizes(), List.of(7)),
          "{'kind':'capsule-detector'," + SIZES + ",'decoder':[7]}",
          "capsnet.capsuleDetector",
          "{" + EARLIER_SIZES + ",'decoder':[7]}");

  private static final Form GRID_DETECTOR =
      new Form(
          "grid detector",
          new GridCapsuleDetector.Config(sizes(), 3),
          "{'kind':'grid-capsule-detector'," + SIZES + ",'kernel':3}",
          "capsnet.gridCapsuleDetector",
          "{" + EARLIER_SIZES + ",'kernel':3}");

  private static final Form MEDICAL =
      new Form(
          "medical",
          MedicalCapsNet.Config.of(new ImageShape(2, 5, 3), 2, 3)
              .with("stages", List.of(Conv.same(2, 3, 1), Conv.same(3, 3, 2)))
              .with("primary", Primary.same(2, 2, 3, 2))
              .with("classDim", 3),
          "{'kind':'medical-capsnet','image':{'channels':2,'height':5,'width':3},"
              + "'stages':[{'channels':2,'kernel':3,'stride':1,'padding':1},"
              + "{'channels':3,'kernel':3,'stride':2,'padding':1}],"
              + "'primary':{'types':2,'dim':2,'kernel':3,'stride':2,'padding':1},"
              + "'classes':2,'classDim':3,"
              + ROUTING
              + ",'masks':3,'reconstructs':true}",
          "capsnet.medical",
          "{'channels':2,'height':5,'width':3,"
              + "'stages':[{'channels':2,'kernel':3,'stride':1},"
              + "{'channels':3,'kernel':3,'stride':2}],"
              + "'primary':{'channels':4,'kernel':3,'stride':2},'primaryDim':2,"
              + "'classes':2,'classDim':3,"
              + EARLIER_ROUTING
              + ",'masks':3,'reconstructs':true,'type':'DOUBLE'}");

  private static final Form SEGCAPS =
      new Form(
          "segcaps",
          SegCaps.Config.of(new ImageShape(1, 3, 4), 2)
              .with("stem", Conv.same(2, 3, 1))
              .with("kernel", 3)
              .with("levels", List.of(new Level(1, 2), new Level(2, 3)))
              .with("masks", 2)
              .with("maskDim", 2)
              .with("reconstruction", List.of(2)),
          "{'kind':'segcaps','image':{'channels':1,'height':3,'width':4},"
              + "'stem':{'channels':2,'kernel':3,'stride':1,'padding':1},'kernel':3,"
              + "'levels':[{'types':1,'dim':2},{'types':2,'dim':3}],"
              + ROUTING
              + ",'masks':2,'maskDim':2,'reconstruction':[2]}",
          "capsnet.segcaps",
          "{'channels':1,'height':3,'width':4,"
              + "'stem':{'channels':2,'kernel':3,'stride':1},'kernel':3,"
              + "'levels':[{'types':1,'dim':2},{'types':2,'dim':3}],"
              + EARLIER_ROUTING
              + ",'masks':2,'maskDim':2,'reconstruction':[2],'type':'FLOAT'}");

  static List<Form> networks() {
    return List.of(CAPSNET, DETECTOR, GRID_DETECTOR, MEDICAL, SEGCAPS);
  }

  private static DetectorSizes sizes() {
    return GridCapsuleDetector.Config.of(new ImageShape(3, 16, 24), 2)
        .with("sizes.stages", List.of(Conv.same(4, 3, 2)))
        .with("sizes.primary", Primary.same(2, 3, 3, 1))
        .with("sizes.classDim", 4)
        .with("sizes.routing", new DynamicRouting(3))
        .with("sizes.boxHidden", 5)
        .sizes();
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  private static Architecture<?, ?> read(String written) {
    return Architectures.read(Map.of("capsnet.network", written), Architecture.class);
  }

  private static Architecture<?, ?> readEarlier(Form network, String earlier) {
    return Architectures.read(Map.of(network.earlierKey, earlier), Architecture.class);
  }

  // ---------------------------------------------------------------- the forms

  @ParameterizedTest
  @MethodSource("networks")
  void theWrittenFormStays(Form network) {
    assertThat(Architectures.write(network.architecture))
        .isEqualTo(Map.of("capsnet.network", network.written));
    assertThat(read(network.written)).isEqualTo(network.architecture);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void theFormOfTheFirstVersionIsRead(Form network) {
    assertThat(readEarlier(network, network.earlier)).isEqualTo(network.architecture);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void theFormOfTheFirstVersionIsRewritten(Form network) {
    Map<String, String> earlier = Map.of(network.earlierKey, network.earlier, "x", "y");
    assertThat(Architectures.rewrite(earlier))
        .hasSize(3)
        .containsAllEntriesOf(earlier)
        .containsEntry("capsnet.network", network.written);
    Map<String, String> today = Map.of("capsnet.network", network.written);
    assertThat(Architectures.rewrite(today)).isEqualTo(today);
    Map<String, String> none = Map.of(network.earlierKey, "{}");
    assertThat(Architectures.rewrite(none)).isEqualTo(none);
  }

  @Test
  void whatIsWrittenIsRead() {
    CapsNet.Config paper = CapsNet.Config.paper();
    ImageShape image = new ImageShape(1, 28, 30);
    for (Architecture<?, ?> architecture :
        List.of(
            paper.with("decoder", null),
            paper.with("decoder", List.of()),
            paper.with("stem", List.of()),
            paper.with("stem", List.of(new Conv(3, 5, 2), new Conv(4, 3, 1))),
            paper
                .with("image", new ImageShape(3, 40, 50))
                .with("classes", 7)
                .with("primary", new Primary(2, 5, 4, 3))
                .with("classDim", 9),
            paper.with("routing", new DynamicRouting(2).withLeak().withLastIterationOnly()),
            CapsuleDetector.Config.of(image, 3),
            GridCapsuleDetector.Config.of(image, 3),
            MedicalCapsNet.Config.of(image, 2, 0).with("reconstructs", false),
            SegCaps.Config.of(image, 2).with("reconstruction", null))) {
      assertThat(Architectures.read(Architectures.write(architecture), Architecture.class))
          .isEqualTo(architecture);
    }
  }

  @Test
  void oneFileHoldsOneNetwork() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architectures.read(Map.of("capsnet.classes", "[]"), Architecture.class))
        .withMessage("holds no network: its metadata lacks capsnet.network");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Architectures.read(
                    Map.of("capsnet.network", "{}", "capsnet.segcaps", "{}"), Architecture.class))
        .withMessageStartingWith("holds more than one network: ");
  }

  // ---------------------------------------------------------------- what is refused

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'channels':1, | | : image.channels: expected a whole number, got nothing",
        "'height':28, | 'height':'28', | : image.height: expected a whole number, got '28'",
        "'width':28} | 'width':28.5} | : image.width: expected a whole number, got 28.5",
        "'classes':10, | 'classes':99999999999, | : classes: expected a whole number from",
        "'classes':10, | 'classes':1, | : classes: expected at least 2, got 1",
        "'kernel':9,'stride':1 | 'stride':1 | : stem[0].kernel: expected a whole number, got"
            + " nothing",
        "'primary':{ | 'other':{ | primary, classDim, votes, routing, decoder alone," + " got",
        "'dim':8, | 'dim':0, | : primary: primary capsule dimension: expected at least 1, got 0",
        "'classDim':16, | | : classDim: expected a whole number, got nothing",
        "'dynamic' | 'median' | : routing.kind: expected one of attention, deepcaps",
        "'dynamic' | 'segcaps' | : routing.kind: expected one of attention, deepcaps",
        "'iterations':3 | 'iterations':0 | : routing: iterations: expected 1 to 100, got 0",
        "[512,1024] | [512,-1] | decoder size: expected at least 1, got -1",
        "[512,1024] | [512,'many'] | : decoder[1]: expected a whole number, got 'many'",
        "[512,1024] | 512 | : decoder: expected a list, got 512",
        "[512,1024] | [512.5] | : decoder[0]: expected a whole number, got 512.5",
        "'dim':8,'kernel':9 | 'dim':8,'kernel':0 | : primary: primary capsule kernel: ",
        "} | | Unexpected",
      })
  void whatIsNotAnArchitectureIsRefused(String part, String inItsPlace, String why) {
    String written =
        CAPSNET.written.replace(json(part), inItsPlace == null ? "" : json(inItsPlace));
    assertThat(written).isNotEqualTo(CAPSNET.written);
    assertRefused(written, json(why));
  }

  private static void assertRefused(String written, String why) {
    assertThatIllegalArgumentException()
        .as(written)
        .isThrownBy(() -> read(written))
        .withMessageStartingWith("not an architecture: ")
        .withMessageContaining(why)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "dynamic( | static( | : routing: expected an object with a kind, got 'static(",
        "iterations=3 | iterations=0 | : routing: iterations: expected 1 to 100, got 0",
        "iterations=3 | iterations=9999 | expected an object with a kind, got 'dynamic(",
        "lastOnly=false | lastOnly=no | expected an object with a kind, got 'dynamic(",
        "'dynamic(iterations=3, leaky=false, lastOnly=false, biased=true)' | 3 | got 3",
        "'routing' | 'router' | alone, got 'router'",
        "'classes': | 'kind':'segcaps','classes': | : unknown field kind",
        "'channels':1, | 'channels':'1', | : image.channels: expected a whole number, got '1'",
        "'primaryDim':8, | 'primaryDim':0, | expected a multiple of the dimension 0, got 256",
        "'primaryDim':8, | 'primaryDim':7, | expected a multiple of the dimension 7, got 256",
        "'FLOAT' | 'HALF' | type: expected FLOAT or DOUBLE, got 'HALF'",
      })
  void whatIsNotInTheFormOfTheFirstVersionEither(String part, String inItsPlace, String why) {
    String earlier = CAPSNET.earlier.replace(json(part), json(inItsPlace));
    assertThat(earlier).isNotEqualTo(CAPSNET.earlier);
    assertEarlierRefused(CAPSNET, earlier, json(why));
  }

  private static void assertEarlierRefused(Form network, String earlier, String why) {
    assertThatIllegalArgumentException()
        .as(earlier)
        .isThrownBy(() -> readEarlier(network, earlier))
        .withMessageStartingWith("not an architecture: ")
        .withMessageContaining(why);
  }

  @Test
  void anyOtherTextIsRefused() {
    for (String text : List.of("", " ", "null", "1", "[]", "\"x\"", "{}", "dynamic")) {
      assertRefused(text, "");
      for (Form network : networks()) {
        assertEarlierRefused(network, text, "");
      }
    }
  }

  @Test
  void aDetectorOfTheFirstVersionHasNoPartsOfItsOwn() {
    for (String part : List.of("sizes", "image")) {
      String with = "{\"%s\":{},".formatted(part) + DETECTOR.earlier.substring(1);
      assertEarlierRefused(DETECTOR, with, "unknown field " + part);
    }
  }

  // ---------------------------------------------------------------- at every place of every form

  private static final List<String> STRANGERS =
      List.of(
          "null",
          "\"9\"",
          "\"\"",
          "1.5",
          "1e2",
          "-0.0",
          "99999999999",
          "true",
          "[]",
          "{}",
          "[null]",
          "[[1]]",
          "{\"kind\":\"dynamic\"}",
          "\"dynamic\"",
          "{\"x\":1}");

  /** A change of one place of a form, and the path of the place. */
  private static void atEveryPlace(String form, BiConsumer<String, String> forms) {
    for (String pointer : places(Json.read(form), "")) {
      String path = pointer.substring(1).replaceAll("/(\\d+)", "[$1]").replace('/', '.');
      for (String stranger : STRANGERS) {
        JsonNode root = Json.read(form);
        JsonNode other = Json.read(stranger);
        if (other.getNodeType() != root.at(pointer).getNodeType() || other.isDouble()) {
          put(root, pointer, other);
          forms.accept(path, root.toString());
        }
      }
      JsonNode root = Json.read(form);
      if (remove(root, pointer)) {
        forms.accept(path, root.toString());
      }
    }
  }

  private static List<String> places(JsonNode node, String pointer) {
    List<String> all = new ArrayList<>();
    node.fieldNames().forEachRemaining(name -> all.add(pointer + "/" + name));
    for (int i = 0; i < node.size() && node.isArray(); i++) {
      all.add(pointer + "/" + i);
    }
    for (String place : List.copyOf(all)) {
      all.addAll(places(node.at(place.substring(pointer.length())), place));
    }
    return all;
  }

  private static void put(JsonNode root, String pointer, JsonNode value) {
    int slash = pointer.lastIndexOf('/');
    String last = pointer.substring(slash + 1);
    if (root.at(pointer.substring(0, slash)) instanceof ArrayNode array) {
      array.set(Integer.parseInt(last), value);
    } else {
      ((ObjectNode) root.at(pointer.substring(0, slash))).set(last, value);
    }
  }

  private static boolean remove(JsonNode root, String pointer) {
    int slash = pointer.lastIndexOf('/');
    return root.at(pointer.substring(0, slash)) instanceof ObjectNode object
        && object.remove(pointer.substring(slash + 1)) != null
        && !Set.of("/decoder", "/reconstruction").contains(pointer);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aFieldThatIsMissingOrOfAnotherTypeIsNamed(Form network) {
    int[] refused = {0};
    atEveryPlace(
        network.written,
        (path, form) -> {
          if (path.equals("votes") && !form.contains("\"votes\"")) {
            return; // files of before there was a choice have none
          }
          assertRefused(form, "not an architecture: " + path);
          refused[0]++;
        });
    assertThat(refused[0]).isGreaterThan(200);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void suchAFieldIsRefusedInTheFormOfTheFirstVersionToo(Form network) {
    atEveryPlace(network.earlier, (path, form) -> assertEarlierRefused(network, form, ""));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aFieldTooManyIsNamed(Form network) {
    for (String form : List.of(network.written, network.earlier)) {
      List<String> objects = new ArrayList<>(places(Json.read(form), ""));
      objects.add("");
      objects.removeIf(place -> !Json.read(form).at(place).isObject());
      assertThat(objects).hasSizeGreaterThan(2);
      for (String place : objects) {
        JsonNode root = Json.read(form);
        ((ObjectNode) root.at(place)).put("extra", 1);
        boolean empty = place.endsWith("squash"); // but for its kind
        String why = empty ? ": expected no field, got \"extra\"" : " alone, got \"extra\"";
        if (form.equals(network.written)) {
          assertRefused(root.toString(), why);
        } else {
          assertEarlierRefused(network, root.toString(), why);
        }
      }
    }
  }

  // ---------------------------------------------------------------- routings of somebody's own

  /** The mean of all votes, some of which count more. */
  private record MeanRouting(List<Double> weights, boolean normalized) implements Routing {

    @Override
    public Capsules route(RoutingInput in) {
      return Unsquashed.of(in.votes().sum(1));
    }
  }

  @Test
  void aRoutingWithANameIsWrittenAndRead() {
    Kinds.register("test/mean", MeanRouting.class);
    Routing own = new MeanRouting(List.of(0.5, 2.0), true);
    CapsNet.Config architecture = CapsNet.Config.paper().with("routing", own);
    Map<String, String> written = Architectures.write(architecture);
    assertThat(written.get(Architectures.KEY))
        .contains(
            json("'routing':{'kind':'test/mean','weights':[0.5,2.0],'normalized':true},'decoder'"));
    assertThat(Architectures.read(written, Record.class)).isEqualTo(architecture);
  }

  @Test
  void aRoutingThatHasNoNameIsNotWritten() {
    Routing own = in -> Unsquashed.of(in.votes().sum(1));
    CapsNet.Config architecture = CapsNet.Config.paper().with("routing", own);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architectures.write(architecture))
        .withMessage(
            "routing: a lambda has no name in files, and only a record or an enum can have one");
  }

  @Test
  void anyComponentCanBeAnotherByItsName() {
    CapsNet.Config paper = CapsNet.Config.paper();
    CapsNet.Config changed = paper.with("routing", new DynamicRouting(1)).with("primary.types", 4);
    assertThat(changed.routing()).isEqualTo(new DynamicRouting(1));
    assertThat(changed.primary()).isEqualTo(new Primary(4, 8, 9, 2));
    assertThat(changed.with("routing", paper.routing()).with("primary", paper.primary()))
        .isEqualTo(paper);
    assertThatThrownBy(() -> paper.with("rooting", new DynamicRouting(1)))
        .hasMessage(
            "CapsNet.Config: expected one of image, classes, stem, primary, classDim, votes,"
                + " routing, decoder, got rooting");
    assertThatThrownBy(() -> paper.with("", 1)).hasMessageEndingWith(", got an empty name");
    assertThatThrownBy(() -> paper.with(null, 1)).hasMessage("component");
    assertThatThrownBy(() -> paper.with("stem.kernel", 3))
        .hasMessage(
            "stem: expected a record with kernel, got [Conv[channels=256, kernel=9, stride=1,"
                + " padding=0]], of List; a list is changed as a whole");
    assertThatThrownBy(() -> Kinds.register(null, MeanRouting.class)).hasMessage("name");
    assertThatThrownBy(() -> Kinds.register("x", null)).hasMessage("type");
    assertThatThrownBy(() -> paper.with("classes", 1))
        .hasMessage("classes: expected at least 2, got 1");
  }
}
