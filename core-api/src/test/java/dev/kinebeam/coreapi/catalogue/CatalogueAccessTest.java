package dev.kinebeam.coreapi.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Problem;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which login a caller's reads and writes take; none is connected. */
class CatalogueAccessTest {
  private static final DatabaseSettings NOWHERE =
      new DatabaseSettings("jdbc:postgresql://127.0.0.1:1/none", "user", "");

  private final Database organisations = Database.over(Database.unpooled(NOWHERE));
  private final Database admin = Database.over(Database.unpooled(NOWHERE));
  private final Principal superadmin = caller(Role.SUPERADMIN);
  private final Principal clinicAdmin = caller(Role.CLINIC_ADMIN);

  private static Principal caller(Role role) {
    return new Principal(role, Optional.of(UUID.randomUUID()), UUID.randomUUID());
  }

  @Test
  void onlySuperadminsReachTheAdministratorsLogin() throws Exception {
    CatalogueAccess access = new CatalogueAccess(organisations, Optional.of(admin));
    assertThat(access.reads(superadmin)).isSameAs(admin);
    assertThat(access.writes(superadmin)).isSameAs(admin);
    assertThat(access.reads(clinicAdmin)).isSameAs(organisations);
    assertThat(access.writes(clinicAdmin)).isSameAs(organisations);
  }

  @Test
  void withoutThatLoginTheyReadWhatIsForAllAndChangeNothing() throws Exception {
    CatalogueAccess access = new CatalogueAccess(organisations, Optional.empty());
    assertThat(access.reads(superadmin)).isSameAs(organisations);
    assertThatThrownBy(() -> access.writes(superadmin))
        .isInstanceOf(Problem.class)
        .hasMessageContaining(CatalogueAccess.ADMIN_USER)
        .hasMessageContaining("kinebeam_admin");
    assertThat(access.writes(clinicAdmin)).isSameAs(organisations);
  }

  @Test
  void aSuperadminActsForThePlatformWhateverTheTokensOrganizationIs() {
    assertThat(CatalogueAccess.curator(superadmin).organisation()).isEmpty();
    assertThat(CatalogueAccess.curator(clinicAdmin).organisation())
        .isEqualTo(clinicAdmin.organisation());
    assertThat(CatalogueAccess.curator(clinicAdmin).actor())
        .isEqualTo(clinicAdmin.subject().toString());
  }
}
