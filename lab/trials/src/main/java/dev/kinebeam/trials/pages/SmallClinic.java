package dev.kinebeam.trials.pages;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.UuidV5;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;

/**
 * Two clinics as the pages' tests need them: a specialist with six patients of whom one has a weak
 * network, one a player that fails, and one has stopped coming; an administrator; exercises with
 * their videos; workouts; three weeks of sessions; automations; its therapists record personal
 * videos. The second clinic has one patient, who is hidden from everyone of the first. All of it is
 * equal in every run but for the time of day.
 */
public final class SmallClinic {
  public static final UUID AURORA = id("Clinica Aurora");
  public static final UUID LUMINA = id("Centrul Lumina");

  /** A person who signs in. */
  public record Person(UUID org, UUID id, String role, String name, String locale) {
    static Person of(UUID org, String role, String name, String locale) {
      return new Person(org, SmallClinic.id(name), role, name, locale);
    }
  }

  public static final Person ADMIN = Person.of(AURORA, "clinic_admin", "Ioana Dumitrescu", "ro");
  public static final Person ENGLISH_ADMIN =
      Person.of(AURORA, "clinic_admin", "Claire Holloway", "en");
  public static final Person SPECIALIST = Person.of(AURORA, "specialist", "Andrei Popa", "ro");
  public static final Person ENGLISH_SPECIALIST =
      Person.of(AURORA, "specialist", "Sarah Whitfield", "en");

  /** Does well. */
  public static final Person MARIA = Person.of(AURORA, "patient", "Maria Ionescu", "ro");

  /** Has a weak network. */
  public static final Person STEFAN = Person.of(AURORA, "patient", "Ștefan Țăranu", "ro");

  /** Does well, in English. */
  public static final Person EMILY = Person.of(AURORA, "patient", "Emily Carter", "en");

  /** Has a player that fails. */
  public static final Person GHEORGHE = Person.of(AURORA, "patient", "Gheorghe Munteanu", "ro");

  /** Has not come for nine days. */
  public static final Person ELENA = Person.of(AURORA, "patient", "Elena Vasilescu", "ro");

  public static final Person NOAH = Person.of(AURORA, "patient", "Noah Bennett", "en");

  public static final Person OTHER_ADMIN = Person.of(LUMINA, "clinic_admin", "Radu Stan", "ro");
  public static final Person OTHER_SPECIALIST = Person.of(LUMINA, "specialist", "Ana Radu", "ro");
  public static final Person OTHER_PATIENT = Person.of(LUMINA, "patient", "Ion Lupu", "ro");

  private static final List<Person> ALL =
      List.of(
          ADMIN,
          ENGLISH_ADMIN,
          SPECIALIST,
          ENGLISH_SPECIALIST,
          MARIA,
          STEFAN,
          EMILY,
          GHEORGHE,
          ELENA,
          NOAH,
          OTHER_ADMIN,
          OTHER_SPECIALIST,
          OTHER_PATIENT);

  /** How a patient's sessions are; the file {@code sessions.sql} says what the numbers mean. */
  private record Habits(
      UUID patientId,
      String language,
      int trouble,
      int quietDays,
      String device,
      String os,
      String browser) {}

  private static final List<Habits> HABITS =
      List.of(
          new Habits(MARIA.id, "ro", 1, 0, "iPad", "iPadOS", "Safari"),
          new Habits(STEFAN.id, "ro", 2, 0, "Android", "Android", "Chrome Mobile"),
          new Habits(EMILY.id, "en", 1, 0, "iPhone", "iOS", "Mobile Safari"),
          new Habits(GHEORGHE.id, "ro", 3, 0, "desktop", "Windows", "Firefox"),
          new Habits(ELENA.id, "ro", 1, 9, "iPhone", "iOS", "Mobile Safari"),
          new Habits(NOAH.id, "en", 1, 1, "desktop", "Windows", "Chrome"));

  private SmallClinic() {}

  /** The same name is the same id in every run. */
  static UUID id(String name) {
    return UuidV5.of(new UUID(0, 0), "kinebeam.dev/pages/" + name);
  }

  /**
   * Fills an empty database, as its owner.
   *
   * @param now until when there are sessions
   */
  public static void fill(Jdbi owner, Instant now) {
    owner.useTransaction(
        handle -> {
          people(handle);
          catalogue(handle);
          Map<String, Object> aurora =
              Map.of(
                  "org",
                  AURORA,
                  "specialist",
                  SPECIALIST.id.toString(),
                  "now",
                  now.atOffset(ZoneOffset.UTC));
          handle.execute("SELECT ensure_media_partitions(now(), 2, 1)");
          run(handle, "sessions.sql", aurora);
          run(handle, "workouts.sql", aurora);
          automations(handle, AURORA, now);
        });
    owner.useHandle(handle -> handle.execute("ANALYZE"));
  }

  /** Enters exercises with videos in two languages into a database that has none. */
  static void catalogue(Handle handle) {
    run(handle, "catalogue.sql", Map.of());
  }

  /** Enters three automations of an organisation: open, acknowledged and resolved. */
  static void automations(Handle handle, UUID orgId, Instant now) {
    run(handle, "automations.sql", Map.of("org", orgId, "now", now.atOffset(ZoneOffset.UTC)));
  }

  private static void people(Handle handle) {
    Map.of(AURORA, "Clinica Aurora", LUMINA, "Centrul Lumina")
        .forEach(
            (org, name) ->
                handle.execute(
                    "INSERT INTO organizations (org_id, name, time_zone, locale)"
                        + " VALUES (?, ?, 'Europe/Bucharest', 'ro')",
                    org,
                    name));
    for (Person person : ALL) {
      handle.execute(
          "INSERT INTO people (org_id, person_id, role, display_name, locale)"
              + " VALUES (?, ?, ?, ?, ?)",
          person.org,
          person.id,
          person.role,
          person.name,
          person.locale);
    }
    for (Person specialist : List.of(SPECIALIST, ENGLISH_SPECIALIST, OTHER_SPECIALIST)) {
      handle.execute(
          "INSERT INTO care_links (org_id, patient_id, specialist_id)"
              + " SELECT org_id, person_id, ? FROM people WHERE org_id = ? AND role = 'patient'",
          specialist.id,
          specialist.org);
    }
    handle.execute(
        "INSERT INTO organization_features (org_id, feature, enabled) VALUES (?, ?, true)",
        AURORA,
        "therapistPersonalizedExerciseVideo");
    handle.execute(
        "INSERT INTO consents (org_id, patient_id, purpose, active, text_version)"
            + " SELECT org_id, person_id, 'analytics', true, '2026-01' FROM people"
            + " WHERE role = 'patient'");
  }

  /** Runs a file of statements, each with the names that it uses. */
  private static void run(Handle handle, String file, Map<String, Object> values) {
    handle.getConfig(SqlStatements.class).setUnusedBindingAllowed(true);
    for (String statement : read(file).split(";\\s*\\n", -1)) {
      if (!statement.isBlank()) {
        handle
            .createUpdate(statement)
            .bindMap(values)
            .bind("patients", new String(Json.bytes(HABITS), UTF_8))
            .execute();
      }
    }
  }

  private static String read(String file) {
    try (InputStream in = SmallClinic.class.getResourceAsStream("/pages/" + file)) {
      if (in == null) {
        throw new IllegalStateException("there is no file pages/" + file);
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
