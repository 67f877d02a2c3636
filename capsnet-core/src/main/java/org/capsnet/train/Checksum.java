package org.capsnet.train;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Shapes;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A checksum of named arrays and texts: the safetensors format has none, and a disk that lost a
 * page gives back a file of the right length. It is of the elements and not of how they lie in
 * memory, which the file does not keep.
 */
final class Checksum {

  private final CRC32C crc = new CRC32C();

  private Checksum() {}

  static String of(Map<String, INDArray> tensors, Map<String, String> metadata) {
    Checksum sum = new Checksum();
    new TreeMap<>(metadata).forEach((key, value) -> sum.add(key + "=" + value + "\n"));
    new TreeMap<>(tensors)
        .forEach(
            (name, array) -> {
              sum.add(name + array.dataType() + Arrays.toString(array.shape()) + "\n");
              sum.add(array);
            });
    return Long.toHexString(sum.crc.getValue());
  }

  private void add(String text) {
    crc.update(text.getBytes(StandardCharsets.UTF_8));
  }

  private void add(INDArray array) {
    if (array.isEmpty()) {
      return;
    }
    boolean plain = Shapes.isDense(array) && !array.isView();
    INDArray flat = plain ? array : Scope.copyDetached(array);
    Nd4j.getAffinityManager().ensureLocation(flat, Location.HOST);
    ByteBuffer bytes = flat.data().asNio();
    crc.update(bytes);
    if (!plain) {
      flat.close();
    }
  }
}
