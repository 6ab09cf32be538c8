package dev.kinebeam.catalog.db;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class RowSecurityTest {
  private static TestDatabase db;

  @BeforeAll
  static void start() throws Exception {
    db = new TestDatabase();
    db.owner()
        .useHandle(
            handle -> {
              handle.execute("CREATE ROLE climber LOGIN IN ROLE kinebeam_gateway, postgres");
              handle.execute("CREATE ROLE landlord LOGIN IN ROLE kinebeam_gateway");
              handle.execute("CREATE ROLE auditor LOGIN BYPASSRLS IN ROLE kinebeam_gateway");
              handle.execute("CREATE TABLE notes (id int)");
              handle.execute("ALTER TABLE notes ENABLE ROW LEVEL SECURITY");
              handle.execute("ALTER TABLE notes OWNER TO landlord");
            });
  }

  @AfterAll
  static void stop() throws Exception {
    db.close();
  }

  @Test
  void bindsTheGatewaysRole() {
    assertThat(RowSecurity.bypass(db.as("gateway"))).isEmpty();
  }

  @Test
  void findsSuperusers() {
    assertThat(RowSecurity.bypass(db.as("postgres"))).hasValueSatisfying(mentions("superuser"));
  }

  @Test
  void findsThoseWhoMayBecomeSuperuser() {
    assertThat(RowSecurity.bypass(db.as("climber"))).hasValueSatisfying(mentions("superuser"));
  }

  @Test
  void findsBypass() {
    assertThat(RowSecurity.bypass(db.as("auditor"))).hasValueSatisfying(mentions("BYPASSRLS"));
  }

  @Test
  void findsOwners() {
    assertThat(RowSecurity.bypass(db.as("landlord"))).hasValueSatisfying(mentions("owns"));
  }

  @Test
  void findsReadersOfPartitions() {
    db.owner()
        .useHandle(
            handle -> {
              String partition =
                  handle
                      .createQuery(
                          """
                          SELECT inhrelid::regclass::text FROM pg_inherits
                           WHERE inhparent = 'media_session_metrics'::regclass LIMIT 1
                          """)
                      .mapTo(String.class)
                      .one();
              handle.execute("CREATE ROLE sneak LOGIN IN ROLE kinebeam_gateway");
              handle.execute("GRANT SELECT ON " + partition + " TO sneak");
            });
    assertThat(RowSecurity.bypass(db.as("sneak"))).hasValueSatisfying(mentions("partition"));
  }

  @Test
  void findsThoseWhoAlsoWriteForEveryOrganisation() {
    db.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "CREATE ROLE jack LOGIN IN ROLE kinebeam_gateway, kinebeam_pipeline"));
    assertThat(RowSecurity.bypass(db.as("jack"))).hasValueSatisfying(mentions("every row"));
  }

  @Test
  void findsThoseWhoMayEraseForEveryOrganisation() {
    db.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "CREATE ROLE janitor LOGIN IN ROLE kinebeam_gateway, kinebeam_maintenance"));
    assertThat(RowSecurity.bypass(db.as("janitor"))).hasValueSatisfying(mentions("erase"));
  }

  @Test
  void findsThoseWhoMayEnterPeopleForEveryOrganisation() {
    db.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "CREATE ROLE clerk LOGIN IN ROLE kinebeam_gateway, kinebeam_registry"));
    assertThat(RowSecurity.bypass(db.as("clerk"))).hasValueSatisfying(mentions("enter"));
  }

  private static java.util.function.Consumer<String> mentions(String word) {
    return reason -> assertThat(reason).contains(word);
  }
}
