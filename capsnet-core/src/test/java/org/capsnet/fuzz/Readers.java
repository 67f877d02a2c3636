package org.capsnet.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.capsnet.data.IdxReader;
import org.capsnet.data.ImageFolder;
import org.capsnet.data.OnFault;
import org.capsnet.data.detection.VocFolder;
import org.capsnet.data.medical.MaskFolder;
import org.capsnet.data.medical.MedMnist;
import org.capsnet.data.objects.Cifar10;
import org.capsnet.data.objects.Cifar10Reading;
import org.capsnet.data.objects.MatArray;
import org.capsnet.data.objects.MatBytes;
import org.capsnet.data.objects.MatFile;
import org.capsnet.data.objects.NorbBytes;
import org.capsnet.data.objects.SmallNorb;
import org.capsnet.data.picture.ImageFile;
import org.capsnet.io.Hdf5;
import org.capsnet.io.Npz;
import org.capsnet.io.Safetensors;
import org.capsnet.testing.EventFile;
import org.capsnet.train.CheckpointReading;
import org.capsnet.train.tensorboard.EventWriter;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** All that the library reads. */
final class Readers {

  private static final Path FOREIGN = Path.of("src/test/resources/foreign");
  private static final int SIDE = 8;
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final String NORB = "smallnorb-5x46789x9x18x6x2x96x96-training-";
  private static final Set<String> IN_FOLDERS = Set.of("png", "jpeg", "bmp");

  private Readers() {}

  static List<Target> all() throws IOException {
    List<Target> all = new ArrayList<>();
    all.add(safetensors());
    all.addAll(Models.all());
    all.add(new Target("checkpoint", List.of(CheckpointReading.sample()), CheckpointReading::read));
    addIdx(all);
    addNpz(all);
    addForeign(all);
    addMat(all);
    addCifar(all);
    addNorb(all);
    addPictures(all);
    addVoc(all);
    addMasks(all);
    all.add(events());
    return all;
  }

  // ---------------------------------------------------------------- arrays

  private static Target safetensors() throws IOException {
    Path file = Files.createTempFile("seed", ".safetensors");
    Map<String, INDArray> tensors =
        Map.of(
            "a", Nd4j.ones(DataType.FLOAT, 2, 3),
            "b.c", Nd4j.ones(DataType.INT64, 4),
            "d", Nd4j.ones(DataType.DOUBLE, 1, 1, 2));
    Safetensors.write(file, tensors, Map.of("key", "va\"lue"));
    byte[] seed = Files.readAllBytes(file);
    Files.delete(file);
    return new Target(
        "safetensors",
        List.of(seed),
        (folder, input) ->
            Safetensors.read(Files.write(folder.resolve("f.safetensors"), input))
                .tensors()
                .values()
                .forEach(INDArray::close));
  }

  /** Which the library writes alone: by the reader of the tests that say what is in them. */
  private static Target events() throws IOException {
    Path folder = Files.createTempDirectory("seed");
    Path file;
    try (EventWriter events = EventWriter.in(folder)) {
      events.start(1);
      events.scalars(Map.of("a", 1.0, "b/c", -2.5), 1);
      events.histogram("h", Nd4j.createFromArray(1.0, 2.0, 4.0), 2);
      events.text("t", "text", 2);
      file = events.file();
    }
    byte[] seed = Files.readAllBytes(file);
    Files.delete(file);
    Files.delete(folder);
    List<EventFile.Event> whole = EventFile.read(file, seed);
    return new Target(
        "events",
        List.of(seed),
        (where, input) -> {
          // What is not refused is a beginning of the file, or records of it in another order.
          if (!whole.containsAll(EventFile.read(file, input))) {
            throw new IllegalStateException("a damaged file was read");
          }
        });
  }

  private static void addIdx(List<Target> all) throws IOException {
    byte[] images = Samples.idx(3, 4, 4);
    byte[] labels = Samples.idx(3);
    Target plain =
        new Target(
            "idx",
            List.of(images),
            (folder, input) ->
                IdxReader.read(
                    "images",
                    new ByteArrayInputStream(input),
                    "labels",
                    new ByteArrayInputStream(labels),
                    NAMES));
    all.add(plain);
    all.add(plain.named("idx-gz", List.of(Samples.gzip(images)), input -> input));
    all.add(plain.named("idx-in-gz", List.of(images), Samples::gzip));
    all.add(
        new Target(
            "idx-labels",
            List.of(labels, Samples.gzip(labels)),
            (folder, input) -> {
              Path first = Files.write(folder.resolve("images"), images);
              IdxReader.read(first, Files.write(folder.resolve("labels"), input), NAMES);
            }));
  }

  private static void addNpz(List<Target> all) throws IOException {
    byte[] images = Samples.npy(2, 4, 4);
    Target npz =
        new Target(
            "npz",
            List.of(Samples.npz(images, true), Samples.npz(images, false)),
            (folder, input) -> MedMnist.read(Files.write(folder.resolve("f.npz"), input)));
    all.add(npz);
    all.add(
        npz.named(
            "npy-in-npz",
            List.of(images, Samples.npy(2, 4, 4, 3)),
            input -> Samples.npz(input, false)));
  }

  /** Weights, which have to be those of the whole file wherever a checksum is over them. */
  private static void addForeign(List<Target> all) throws IOException {
    Path forms = FOREIGN.resolve("forms");
    all.add(
        new Target(
            "hdf5",
            List.of(
                Files.readAllBytes(forms.resolve("plain.h5")),
                Files.readAllBytes(forms.resolve("latest.h5")),
                Files.readAllBytes(forms.resolve("whole_model.h5"))),
            (folder, input) ->
                Hdf5.read(Files.write(folder.resolve("f.h5"), input))
                    .values()
                    .forEach(INDArray::close)));
    Path numpy = FOREIGN.resolve("numpy.npz");
    Map<String, INDArray> whole = Npz.read(numpy);
    all.add(
        new Target(
            "numpy",
            List.of(Files.readAllBytes(numpy)),
            (folder, input) -> {
              Path file = Files.write(folder.resolve("f.npz"), input);
              requireEqual(whole, Npz.read(file));
            }));
  }

  private static void requireEqual(Map<String, INDArray> whole, Map<String, INDArray> read) {
    if (!read.keySet().equals(whole.keySet())) {
      throw new IllegalStateException("expected " + whole.keySet() + ", got " + read.keySet());
    }
    read.forEach(
        (name, array) -> {
          INDArray expected = whole.get(name);
          if (!expected.equals(array)) {
            throw new IllegalStateException(name + ": expected " + expected + ", got " + array);
          }
          array.close();
        });
  }

  private static void addMat(List<Target> all) {
    MatBytes mat = new MatBytes(ByteOrder.LITTLE_ENDIAN);
    byte[] array = mat.array(6, "X", new int[] {2, 4}, 2, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    MatBytes big = new MatBytes(ByteOrder.BIG_ENDIAN);
    byte[] text = big.array(4, "text", new int[] {1, 2}, 16, new byte[] {'a', 'b'});
    byte[] one = big.array(6, "X", new int[] {1, 1}, 9, new byte[8]);
    Target whole =
        new Target(
            "mat",
            List.of(
                new MatBytes(ByteOrder.LITTLE_ENDIAN).plain(array).file(),
                new MatBytes(ByteOrder.LITTLE_ENDIAN).packed(array).file(),
                new MatBytes(ByteOrder.BIG_ENDIAN).plain(text).packed(one).file()),
            (folder, input) -> {
              MatArray x = MatFile.read(Files.write(folder.resolve("f.mat"), input), "X").get("X");
              for (int i = 0; i < x.length(); i++) {
                x.get(i);
              }
            });
    all.add(whole);
    all.add(
        whole.named(
            "mat-packed",
            List.of(array),
            input -> new MatBytes(ByteOrder.LITTLE_ENDIAN).packed(input).file()));
  }

  private static void addCifar(List<Target> all) {
    byte[] record = Cifar10Reading.sample();
    all.add(
        new Target(
            "cifar10",
            List.of(record),
            (folder, input) -> {
              Files.write(folder.resolve("test_batch.bin"), input);
              Cifar10Reading.read(folder);
            }));
    all.add(
        new Target(
            "cifar10-names",
            List.of((String.join("\n", Cifar10.CLASSES) + "\n\n").getBytes(UTF_8)),
            (folder, input) -> {
              Files.write(folder.resolve("test_batch.bin"), record);
              Files.write(folder.resolve("batches.meta.txt"), input);
              Cifar10Reading.read(folder);
            }));
  }

  private static void addNorb(List<Target> all) throws IOException {
    Map<String, byte[]> files =
        Map.of(
            "dat", NorbBytes.bytes(new int[] {2, 2, 96, 96}, new byte[2 * 2 * 96 * 96]),
            "cat", NorbBytes.ints(new int[] {2}, 4, 0),
            "info", NorbBytes.ints(new int[] {2, 4}, 4, 8, 34, 5, 0, 0, 0, 0));
    for (String changed : List.of("dat", "cat", "info")) {
      byte[] whole = files.get(changed);
      all.add(
          new Target(
              "norb-" + changed,
              List.of(whole, Samples.gzip(whole)),
              (folder, input) -> {
                for (String part : files.keySet()) {
                  Path file = folder.resolve(NORB + part + ".mat");
                  Files.write(file, part.equals(changed) ? input : files.get(part));
                }
                SmallNorb.in(folder).train(8);
              }));
    }
  }

  // ---------------------------------------------------------------- pictures

  private static void addPictures(List<Target> all) throws IOException {
    BufferedImage colour = Samples.picture(BufferedImage.TYPE_INT_RGB);
    BufferedImage deep = Samples.picture(BufferedImage.TYPE_USHORT_GRAY);
    BufferedImage alpha = Samples.picture(BufferedImage.TYPE_INT_ARGB);
    add(
        all,
        "png",
        Samples.encoded(colour, "png", false),
        Samples.encoded(colour, "png", true),
        Samples.encoded(deep, "png", false),
        Samples.encoded(alpha, "png", false),
        Samples.encoded(Samples.palette(), "png", false));
    add(
        all,
        "jpeg",
        Samples.encoded(colour, "jpg", false),
        Samples.encoded(colour, "jpg", true),
        Samples.encoded(Samples.picture(BufferedImage.TYPE_BYTE_GRAY), "jpg", false));
    BufferedImage bytes = Samples.picture(BufferedImage.TYPE_3BYTE_BGR);
    add(
        all,
        "bmp",
        Samples.encoded(bytes, "bmp", false),
        Samples.encoded(Samples.palette(), "bmp", false));
    add(all, "gif", Samples.encoded(Samples.palette(), "gif", false));
    add(
        all,
        "tiff",
        Samples.encoded(colour, "tiff", false),
        Samples.encoded(deep, "tiff", false),
        Samples.encoded(Samples.palette(), "tiff", false));
  }

  /** A format, from memory and from a file, and one that folders are read for also in a folder. */
  private static void add(List<Target> all, String format, byte[]... seeds) {
    all.add(
        new Target(
            format,
            List.of(seeds),
            (folder, input) -> {
              ImageFile.read(input, 3, SIDE, SIDE).close();
              Path file = Files.write(folder.resolve("picture." + format), input);
              ImageFile.read(file, 1, SIDE, SIDE).close();
            }));
    if (!IN_FOLDERS.contains(format)) {
      return;
    }
    all.add(
        new Target(
            format + "-folder",
            List.of(seeds),
            (folder, input) -> {
              for (String name : NAMES) {
                Path file = Files.createDirectories(folder.resolve(name)).resolve("good." + format);
                if (!Files.exists(file)) {
                  Files.write(file, seeds[0]);
                }
              }
              Files.write(folder.resolve("b").resolve("changed." + format), input);
              ImageFolder.read(folder, 3, SIDE, SIDE, OnFault.SKIP);
            }));
  }

  // ---------------------------------------------------------------- boxes and masks

  private static void addVoc(List<Target> all) throws IOException {
    byte[] picture = Samples.encoded(Samples.picture(BufferedImage.TYPE_INT_RGB), "png", false);
    all.add(
        new Target(
            "voc",
            List.of(Samples.voc()),
            (folder, input) -> {
              voc(folder, picture, input);
              VocFolder.open(folder, OnFault.FAIL).readAll(3, SIDE, SIDE);
            }));
    all.add(
        new Target(
            "voc-skip",
            List.of(Samples.voc()),
            (folder, input) -> {
              voc(folder, picture, input);
              Files.write(folder.resolve("Annotations").resolve("b.xml"), Samples.voc());
              VocFolder.open(folder, OnFault.SKIP).readAll(3, SIDE, SIDE);
            }));
    all.add(
        new Target(
            "voc-list",
            List.of("a\nb c\n".getBytes(UTF_8), "a  1\nb c -1\n".getBytes(UTF_8)),
            (folder, input) -> {
              voc(folder, picture, Samples.voc());
              Files.write(folder.resolve("Annotations").resolve("b c.xml"), Samples.voc());
              Path lists = folder.resolve("ImageSets").resolve("Main");
              Files.write(Files.createDirectories(lists).resolve("train.txt"), input);
              VocFolder.open(folder, OnFault.SKIP).read("train", 3, SIDE, SIDE);
            }));
  }

  private static void voc(Path folder, byte[] picture, byte[] annotation) throws IOException {
    Path pictures = Files.createDirectories(folder.resolve("JPEGImages"));
    for (String name : List.of("a", "b", "b c")) {
      Files.write(pictures.resolve(name + ".png"), picture);
    }
    Path annotations = Files.createDirectories(folder.resolve("Annotations"));
    Files.write(annotations.resolve("a.xml"), annotation);
  }

  private static void addMasks(List<Target> all) throws IOException {
    byte[] picture = Samples.encoded(Samples.picture(BufferedImage.TYPE_INT_RGB), "png", false);
    byte[] mask = Samples.encoded(Samples.palette(), "png", false);
    for (OnFault onFault : OnFault.values()) {
      all.add(
          new Target(
              onFault == OnFault.SKIP ? "csv-skip" : "csv",
              List.of(Samples.csv(','), Samples.csv(';')),
              (folder, input) -> masks(folder, picture, mask, input, mask, onFault)));
    }
    BufferedImage deep = Samples.picture(BufferedImage.TYPE_USHORT_GRAY);
    all.add(
        new Target(
            "mask",
            List.of(mask, Samples.encoded(deep, "png", false)),
            (folder, input) ->
                masks(folder, picture, mask, Samples.csv(','), input, OnFault.SKIP)));
  }

  private static void masks(
      Path folder, byte[] picture, byte[] mask, byte[] table, byte[] changed, OnFault onFault)
      throws IOException {
    for (String name : NAMES) {
      Files.write(folder.resolve(name + ".png"), picture);
      Files.write(folder.resolve(name + "-mask.png"), name.equals("b") ? changed : mask);
    }
    Path csv = Files.write(folder.resolve("table.csv"), table);
    MaskFolder.of(folder, csv).masks(folder, "-mask").read(3, SIDE, SIDE, onFault);
  }

  // ---------------------------------------------------------------- headers

  /** The header of a safetensors file. */
  static byte[] header(byte[] file) {
    int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return Arrays.copyOfRange(file, 8, 8 + length);
  }

  /** A file with another header before its data, with blanks as the format asks for. */
  static byte[] withHeader(byte[] file, byte[] header) {
    int old = header(file).length;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int blanks = Math.floorMod(-header.length, 8);
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    out.writeBytes(length.putLong(header.length + blanks).array());
    out.writeBytes(header);
    out.writeBytes(" ".repeat(blanks).getBytes(UTF_8));
    out.write(file, 8 + old, file.length - 8 - old);
    return out.toByteArray();
  }
}
