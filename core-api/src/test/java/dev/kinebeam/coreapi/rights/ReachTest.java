package dev.kinebeam.coreapi.rights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.web.auth.Role;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReachTest {
  @ParameterizedTest(name = "{0}, deactivated {1}, all patients {2}: {3}")
  @CsvSource({
    "PATIENT, false, false, SELF",
    "PATIENT, true, true, SELF",
    "SPECIALIST, false, false, LINKED",
    "SPECIALIST, false, true, ACTIVE_OR_LINKED",
    "SPECIALIST, true, false, NONE",
    "SPECIALIST, true, true, NONE",
    "CLINIC_ADMIN, false, false, ALL",
    "CLINIC_ADMIN, false, true, ALL",
    "CLINIC_ADMIN, true, true, NONE",
    "SUPERADMIN, false, true, NONE",
    "SERVICE, false, true, NONE",
  })
  void roleAndFactsDecide(Role role, boolean deactivated, boolean all, Reach reach) {
    assertThat(Reach.of(role, deactivated, all)).isEqualTo(reach);
  }

  @ParameterizedTest
  @CsvSource({
    "SERVICE, false, false, ACTIVE",
    "SPECIALIST, false, false, LINKED",
    "SPECIALIST, true, true, NONE",
    "CLINIC_ADMIN, false, false, ALL",
    "PATIENT, false, false, SELF",
    "SUPERADMIN, false, true, NONE",
  })
  void servicesPrescribeForActivePatients(
      Role role, boolean deactivated, boolean all, Reach reach) {
    assertThat(Reach.toPrescribe(role, deactivated, all)).isEqualTo(reach);
  }
}
