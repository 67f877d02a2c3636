package org.capsnet.autograd;

import org.capsnet.kernel.Threads;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.abstracts.Nd4jWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Owns every array that this thread makes while the scope is open, and frees all of them when it
 * closes. The memory itself stays for the next scope of the same depth, so that a training loop
 * that opens one scope per step allocates nothing after its first steps.
 *
 * <pre>{@code
 * try (Scope step = Scope.open()) {
 *   Variable loss = model.loss(batch);
 *   loss.backward();                  // gradients of leaves live outside every scope
 *   history.add(loss.value().getDouble(0));
 * }
 * }</pre>
 *
 * <p>An array made inside must not be used after {@link #close()}; what has to live longer goes
 * through {@link #keep(INDArray)}. Scopes nest, and are closed in the reverse order on the thread
 * that opened them.
 */
public final class Scope implements AutoCloseable {

  private static final ThreadLocal<Scope> CURRENT = new ThreadLocal<>();

  private final Scope outer;
  private final MemoryWorkspace workspace;
  private final int depth;

  private Scope() {
    Threads.applyToNd4j();
    outer = CURRENT.get();
    depth = outer == null ? 0 : outer.depth + 1;
    workspace = Workspaces.activate(depth);
    CURRENT.set(this);
  }

  /**
   * Opens a scope on this thread.
   *
   * @return the scope, to be closed on the same thread
   */
  public static Scope open() {
    return new Scope();
  }

  /**
   * Copies an array out of this scope into the one around it, or to memory of its own where there
   * is none around it.
   *
   * @param array any array, also a view or one that lives longer than this scope
   * @return a copy in c order that shares nothing with it, alive after this scope closes
   */
  public INDArray keep(INDArray array) {
    if (outer == null) {
      return copyDetached(array);
    }
    // Not INDArray.leverageTo, which gives the array itself where it lives outside already.
    try (MemoryWorkspace around = outer.workspace.notifyScopeBorrowed()) {
      return array.dup('c');
    }
  }

  /**
   * Copies an array to memory that belongs to no scope.
   *
   * @param array any array
   * @return a copy in c order that lives until it is closed or collected
   */
  public static INDArray copyDetached(INDArray array) {
    try (MemoryWorkspace none = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      return array.dup('c');
    }
  }

  /** {@return the bytes of memory taken in this scope so far, alignment included} */
  public long bytes() {
    return workspace.getCurrentOffset() + spilled();
  }

  /** What did not fit the memory of earlier scopes, and was allocated beside it. */
  private long spilled() {
    return workspace instanceof Nd4jWorkspace own ? own.getSpilledSize() + own.getPinnedSize() : 0;
  }

  /**
   * Frees all arrays that were made in this scope.
   *
   * @throws IllegalStateException if this is not the innermost open scope of the calling thread
   */
  @Override
  public void close() {
    if (CURRENT.get() != this) {
      throw new IllegalStateException(
          "a scope is closed once, by the thread that opened it, after those within it");
    }
    CURRENT.set(outer);
    workspace.close();
  }
}
