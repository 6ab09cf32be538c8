package dev.kinebeam.coreapi.signin;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.UUID;

/**
 * The sessions of browsers, in the database: they outlive a restart, every instance knows them, and
 * what ends one ends it everywhere. A session is over 8 hours after its last request, 24 hours
 * after its begin, and when its person is deactivated. The database has a hash of the value alone.
 */
public record WebSessions(Database database) {
  /** How long a browser keeps the cookie; the database ends the session by itself. */
  static final long LONGEST_SECONDS = 24 * 60 * 60L;

  private static final int LONGEST_NAME = 200;

  /**
   * Begins a session.
   *
   * @return the value of its cookie; empty when the person is not entered with this role, or not
   *     active
   */
  Optional<String> begin(Principal person) {
    String value = RandomText.next();
    boolean begun =
        database.inTransaction(
            handle ->
                handle
                    .createQuery("SELECT begin_web_session(:hash, :person, :org::uuid, :role)")
                    .bind("hash", hash(value))
                    .bind("person", person.subject())
                    .bind("org", person.organisation().orElse(null))
                    .bind("role", person.role().claim())
                    .mapTo(Boolean.class)
                    .one());
    return begun ? Optional.of(value) : Optional.empty();
  }

  /** The caller whose session has this value, and notes that it is used. */
  Optional<Principal> use(String value) {
    return database.readOnce(
        Optional.empty(),
        handle ->
            handle
                .createQuery("SELECT person_id, org_id, role FROM use_web_session(:hash)")
                .bind("hash", hash(value))
                .map(
                    (row, context) ->
                        new Principal(
                            Role.fromClaim(row.getString("role")).orElseThrow(),
                            Optional.ofNullable(row.getObject("org_id", UUID.class)),
                            row.getObject("person_id", UUID.class)))
                .findOne());
  }

  /** Ends the session, if there is one. */
  void end(String value) {
    database.inTransaction(
        handle ->
            handle
                .createQuery("SELECT end_web_session(:hash) IS NULL")
                .bind("hash", hash(value))
                .mapTo(Boolean.class)
                .one());
  }

  /** Has the platform know a superadmin by this name. */
  void enterPlatformPerson(UUID person, String name) {
    database.inTransaction(
        handle ->
            handle
                .createUpdate(
                    "INSERT INTO platform_people (person_id, display_name) VALUES (:person, :name)"
                        + " ON CONFLICT (person_id) DO UPDATE SET display_name = :name")
                .bind("person", person)
                .bind(
                    "name", name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME))
                .execute());
  }

  /** What a session may be compared by, without its value. */
  static Object id(String value) {
    return ByteBuffer.wrap(hash(value));
  }

  private static byte[] hash(String value) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JRE has SHA-256", e);
    }
  }
}
