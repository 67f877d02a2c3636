package org.capsnet.train;

import java.util.List;
import java.util.Map;
import org.capsnet.data.SeekableIterator;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;

/** The images of an iterator as points, for {@link TinyModel}. */
final class Flat implements SeekableIterator {

  private static final long serialVersionUID = 1L;

  private final transient SeekableIterator below;

  Flat(SeekableIterator below) {
    this.below = below;
  }

  @Override
  public DataSet next() {
    DataSet batch = below.next();
    return new DataSet(
        batch.getFeatures().reshape(batch.getFeatures().size(0), -1), batch.getLabels());
  }

  @Override
  public void seek(int epoch, int batch) {
    below.seek(epoch, batch);
  }

  @Override
  public int batches() {
    return below.batches();
  }

  @Override
  public Map<String, String> provenance() {
    return below.provenance();
  }

  @Override
  public boolean hasNext() {
    return below.hasNext();
  }

  @Override
  public int batch() {
    return below.batch();
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  @Override
  public void reset() {
    below.reset();
  }

  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public DataSet next(int count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int inputColumns() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int totalOutcomes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setPreProcessor(DataSetPreProcessor preProcessor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public DataSetPreProcessor getPreProcessor() {
    return null;
  }

  @Override
  public List<String> getLabels() {
    return below.getLabels();
  }
}
