package org.capsnet.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.ResetPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The memory of a thread's scopes, one workspace a depth, which stays with the thread from one
 * scope to the next. ND4J would keep that of a thread that has ended until the collector comes,
 * which a nearly empty heap does not call for: here it goes when the next thread opens its first
 * scope.
 */
final class Workspaces {

  private static final WorkspaceConfiguration CONFIGURATION =
      WorkspaceConfiguration.builder()
          .initialSize(0)
          .policyAllocation(AllocationPolicy.STRICT)
          .policyLearning(LearningPolicy.FIRST_LOOP)
          .policySpill(SpillPolicy.REALLOCATE)
          .policyReset(ResetPolicy.BLOCK_LEFT)
          .build();

  private static final Set<Workspaces> ALL = ConcurrentHashMap.newKeySet();

  private static final ThreadLocal<Workspaces> OWN =
      ThreadLocal.withInitial(Workspaces::ofNewThread);

  private final Thread owner = Thread.currentThread();
  private final List<MemoryWorkspace> byDepth = new ArrayList<>();

  private Workspaces() {}

  /** Activates the workspace of a depth on this thread. */
  static MemoryWorkspace activate(int depth) {
    MemoryWorkspace workspace =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace(CONFIGURATION, "CAPSNET_SCOPE_" + depth);
    List<MemoryWorkspace> own = OWN.get().byDepth;
    if (depth == own.size()) {
      own.add(workspace);
    } else if (own.get(depth) != workspace) {
      own.set(depth, workspace); // somebody destroyed all workspaces of this thread
    }
    return workspace;
  }

  private static Workspaces ofNewThread() {
    boolean freed = false;
    for (Workspaces other : List.copyOf(ALL)) {
      // Whoever takes it out of the set is the one to free it.
      if (!other.owner.isAlive() && ALL.remove(other)) {
        other.byDepth.forEach(workspace -> workspace.destroyWorkspace(true));
        freed = true;
      }
    }
    if (freed) {
      Reclaim.trim();
    }
    Workspaces own = new Workspaces();
    ALL.add(own);
    return own;
  }
}
