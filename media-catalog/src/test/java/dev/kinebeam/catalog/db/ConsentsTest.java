package dev.kinebeam.catalog.db;

import static dev.kinebeam.catalog.db.Consents.ANALYTICS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class ConsentsTest {
  private static final UUID ORG = UUID.randomUUID();
  private static final UUID OTHER_ORG = UUID.randomUUID();

  private static TestDatabase db;

  @BeforeAll
  static void start() throws Exception {
    db = new TestDatabase();
    db.addOrganization(ORG);
    db.addOrganization(OTHER_ORG);
  }

  @AfterAll
  static void stop() throws Exception {
    db.close();
  }

  @Test
  void neverAskedMeansNo() {
    assertThat(consents().active(ORG, UUID.randomUUID(), ANALYTICS)).isFalse();
  }

  @Test
  void followsThePresentAnswer() {
    UUID patient = UUID.randomUUID();
    db.consent(ORG, patient, true);
    assertThat(consents().active(ORG, patient, ANALYTICS)).isTrue();
    assertThat(consents().active(ORG, patient, "marketing")).isFalse();

    db.consent(ORG, patient, false);
    assertThat(consents().active(ORG, patient, ANALYTICS)).isFalse();
  }

  @Test
  void consentInOneOrganisationIsNoneInAnother() {
    UUID patient = UUID.randomUUID();
    db.consent(ORG, patient, true);
    assertThat(consents().active(OTHER_ORG, patient, ANALYTICS)).isFalse();
  }

  @Test
  void theDatabaseItselfKeepsOrganisationsApart() {
    UUID patient = UUID.randomUUID();
    db.consent(ORG, patient, true);
    Database gateway = db.as("gateway");

    assertThat(gateway.<Integer, RuntimeException>inTransaction(ConsentsTest::consentRows))
        .isZero();
    assertThat(gateway.<Integer, RuntimeException>inOrg(OTHER_ORG, ConsentsTest::consentRows))
        .isZero();
    assertThat(gateway.<Integer, RuntimeException>inOrg(ORG, ConsentsTest::consentRows))
        .isPositive();
  }

  private static int consentRows(org.jdbi.v3.core.Handle handle) {
    return handle.createQuery("SELECT count(*) FROM consents").mapTo(Integer.class).one();
  }

  private static Consents consents() {
    return new Consents(db.as("gateway"));
  }
}
