package org.capsnet.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.Pointer;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ScopeTest {

  @Test
  void whatIsKeptOutlivesTheScope() {
    INDArray kept;
    INDArray alsoKept;
    try (Scope outer = Scope.open()) {
      try (Scope inner = Scope.open()) {
        INDArray made = Nd4j.ones(DataType.DOUBLE, 4, 5).muli(3);
        kept = inner.keep(made.permute(1, 0));
        made.assign(0);
      }
      try (Scope inner = Scope.open()) {
        Nd4j.zeros(DataType.DOUBLE, 100, 100);
      }
      assertThat(kept.sumNumber().doubleValue()).isEqualTo(60);
      alsoKept = outer.keep(kept);
    }
    assertThat(alsoKept.sumNumber().doubleValue()).isEqualTo(60);
    assertThat(alsoKept.shape()).containsExactly(5, 4);
  }

  @Test
  void whatIsKeptIsACopyWhereverTheArrayLived() {
    INDArray detached = Nd4j.arange(60).castTo(DataType.DOUBLE).reshape(5, 3, 4);
    try (Scope outer = Scope.open()) {
      INDArray around = detached.add(0);
      try (Scope inner = Scope.open()) {
        INDArray inside = detached.add(0);
        for (INDArray array : new INDArray[] {detached, around, inside}) {
          for (INDArray view :
              new INDArray[] {
                array, Raw.slice(array, 0, 2, 4), array.slice(3), array.permute(1, 0, 2)
              }) {
            double[] before = view.dup('c').data().asDouble();
            INDArray kept = inner.keep(view);
            assertThat(kept.shape()).containsExactly(view.shape());
            kept.addi(1);
            assertThat(view.dup('c').data().asDouble()).containsExactly(before);
            kept.subi(1);
            assertThat(kept.dup('c').data().asDouble()).containsExactly(before);
            assertThat(outermostHolds(kept)).isTrue();
          }
        }
        assertThat(Nd4j.zeros(2).data().getParentWorkspace().getId()).endsWith("_1");
      }
      assertThat(outer.keep(detached)).isNotSameAs(detached);
    }
  }

  /** Or memory would be taken back that the open one still works in. */
  @Test
  void isClosedOnceAfterThoseWithinItByItsOwnThread() throws Exception {
    Scope outer = Scope.open();
    Scope inner = Scope.open();
    assertThatThrownBy(outer::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("after those within it");
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<?> closing = other.submit(inner::close);
      assertThatThrownBy(closing::get).hasCauseInstanceOf(IllegalStateException.class);
    } finally {
      other.shutdown();
    }
    inner.close();
    assertThatThrownBy(inner::close).isInstanceOf(IllegalStateException.class);
    assertThat(outermostHolds(Nd4j.ones(2))).isTrue();
    outer.close();
    assertThat(Nd4j.ones(2).isAttached()).isFalse();
  }

  private static boolean outermostHolds(INDArray array) {
    return array.data().getParentWorkspace().getId().equals("CAPSNET_SCOPE_0");
  }

  @Test
  void memoryIsFlatOverManySteps() {
    Variable w =
        Variable.leaf(GradientCheck.random(new Random(1), 200, 200).castTo(DataType.FLOAT));
    INDArray x = GradientCheck.random(new Random(2), 200, 200).castTo(DataType.FLOAT);
    for (int i = 0; i < 5; i++) {
      step(w, x);
    }
    long before = physicalBytes();
    for (int i = 0; i < 60; i++) {
      step(w, x);
    }
    // A step makes 3 MB; without reuse, 180 MB would be here now.
    assertThat(physicalBytes() - before).isLessThan(40_000_000);
  }

  private static void step(Variable w, INDArray x) {
    try (Scope scope = Scope.open()) {
      w.clearGradient();
      Variable y = Variable.constant(x).matmul(w).tanh().matmul(w).sigmoid();
      y.square().mean().backward();
    }
  }

  private static long physicalBytes() {
    return Pointer.physicalBytes();
  }

  /** The peak of what a scope of the outermost level has held so far in one opening. */
  static long outermostBytes() {
    MemoryWorkspace workspace =
        Nd4j.getWorkspaceManager().getWorkspaceForCurrentThread("CAPSNET_SCOPE_0");
    return workspace.getPrimaryOffset();
  }
}
