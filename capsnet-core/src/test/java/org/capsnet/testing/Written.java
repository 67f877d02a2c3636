package org.capsnet.testing;

import org.capsnet.model.Architecture;
import org.capsnet.nn.Init;
import org.nd4j.linalg.api.buffer.DataType;

/** The written form of architectures, as files carry it. */
public final class Written {

  /** The key that it has in the metadata of a file. */
  public static final String KEY = "capsnet.network";

  private Written() {}

  /** Of a network that need not fit any memory. */
  public static String of(Architecture<?, ?> architecture) {
    return architecture.build(Init.shapesOnly(DataType.FLOAT)).metadata().get(KEY);
  }
}
