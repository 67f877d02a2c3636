package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.capsnet.testing.ForkedJvm;
import org.capsnet.testing.ForkedJvm.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Each in a process of its own: OpenMP reads its variables once. */
@EnabledOnOs(OS.LINUX)
@Tag("once")
class IdleTeamTest {

  private static final List<String> VARIABLES =
      List.of("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "OMP_NUM_THREADS");

  private static Outcome run(int threads, Map<String, String> environment)
      throws IOException, InterruptedException {
    Outcome outcome =
        ForkedJvm.run(
            IdleTeamMain.class,
            List.of("-Dcapsnet.threads=" + threads),
            inherited -> {
              inherited.keySet().removeAll(VARIABLES);
              inherited.putAll(environment);
            });
    assertThat(outcome.status()).as("%s", outcome.lines()).isZero();
    return outcome;
  }

  /** With a thread more than there are cores, OpenMP lets none of them spin. */
  @Test
  void aThreadForEachCoreSleepsWhereNothingElseKeepsOpenMpFromSpinning() throws Exception {
    Outcome outcome = run(2, Map.of());
    String cores = outcome.after(IdleTeamMain.CORES).get(0);
    assumeThat(cores).isNotEqualTo("1");
    assertThat(outcome.after(IdleTeamMain.TEAM)).containsExactly(cores, cores);
    assertThat(outcome.after(IdleTeamMain.ND4J)).containsExactly("2");
  }

  @Test
  void aSettingOfTheUsersOrOneThreadAloneNeedsNoTeam() throws Exception {
    for (String variable : List.of("OMP_WAIT_POLICY=ACTIVE", "GOMP_SPINCOUNT=1000")) {
      Map<String, String> environment = new HashMap<>();
      int is = variable.indexOf('=');
      environment.put(variable.substring(0, is), variable.substring(is + 1));
      assertThat(run(2, environment).after(IdleTeamMain.TEAM))
          .as(variable)
          .containsExactly("0", "0");
    }
    assertThat(run(1, Map.of()).after(IdleTeamMain.TEAM)).containsExactly("0", "0");
  }
}
