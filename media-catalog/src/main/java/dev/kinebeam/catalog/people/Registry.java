package dev.kinebeam.catalog.people;

import dev.kinebeam.schemas.Words;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Enters organizations, people, care links, features and consents by the database's functions, in
 * the caller's transaction. Each call is noted in the audit log when it changed something, and may
 * be repeated. A login that does not belong to the registry's group acts only for the organization
 * that its transaction speaks for.
 *
 * @param actor who the audit log says it was
 */
public record Registry(Handle handle, String actor) {
  private static final String ROLE = "role ";
  private static final String RETENTION = "retention ";

  /** What a call did. */
  public enum Result {
    ADDED,
    CHANGED,
    UNCHANGED;

    /** As messages and answers have it. */
    public String word() {
      return Words.write(this);
    }
  }

  /** Why a call was refused. */
  public enum Reason {
    NO_ORGANIZATION,
    /** The person is entered with another role. */
    OTHER_ROLE,
    NO_PATIENT,
    NO_SPECIALIST,
    NO_TIME_ZONE,
    /** Longer than the platform keeps sessions. */
    RETENTION_TOO_LONG
  }

  /** What was asked for does not fit what is there; nothing was changed. */
  public static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final String value;
    private final String known;

    RefusedException(Reason reason, String value, String known) {
      super("%s: %s %s".formatted(Words.write(reason), value, known).strip());
      this.reason = reason;
      this.value = value;
      this.known = known;
    }

    public Reason reason() {
      return reason;
    }

    /** What does not fit: an id, a zone, a number. */
    public String value() {
      return value;
    }

    /** What is there instead: the role, or the most months; else blank. */
    public String known() {
      return known;
    }
  }

  /**
   * What an organization is to be; what is empty stays as it is, or gets the default when the
   * organization is new.
   *
   * @param retentionMonths 0: as long as the platform
   */
  public record OrganizationForm(
      String name,
      Optional<String> timeZone,
      Optional<String> locale,
      Optional<Integer> retentionMonths) {}

  /** What a person is to be; what is empty stays as it is. */
  public record PersonForm(
      PersonRole role, String name, Optional<Boolean> active, Optional<String> locale) {}

  /** Enters an organization, or changes it. */
  public Result organization(UUID org, OrganizationForm form) {
    @Nullable String zone = form.timeZone.orElse(null);
    @Nullable Integer months = form.retentionMonths.orElse(null);
    String result =
        call(
            "SELECT enter_organization(?, ?, ?, ?, ?, ?::integer)",
            org,
            form.name,
            actor,
            zone,
            form.locale.orElse(null),
            months);
    if (result.equals("no_time_zone")) {
      throw new RefusedException(Reason.NO_TIME_ZONE, String.valueOf(zone), "");
    }
    if (result.startsWith(RETENTION)) {
      throw new RefusedException(
          Reason.RETENTION_TOO_LONG, String.valueOf(months), result.substring(RETENTION.length()));
    }
    return result(result);
  }

  /** Enters a person, or changes one; the role is never changed. */
  public Result person(UUID org, UUID person, PersonForm form) {
    String result =
        call(
            "SELECT enter_person(?, ?, ?, ?, ?, ?::boolean, ?)",
            org,
            person,
            Words.write(form.role),
            form.name,
            actor,
            form.active.orElse(null),
            form.locale.orElse(null));
    if (result.startsWith(ROLE)) {
      throw new RefusedException(
          Reason.OTHER_ROLE, person.toString(), result.substring(ROLE.length()));
    }
    return resultFor(result, org, person, person);
  }

  /**
   * Records an answer.
   *
   * @param textVersion of the text that the patient was shown; empty: the one of the last answer
   */
  public Result consent(
      UUID org, UUID patient, String purpose, boolean agrees, Optional<String> textVersion) {
    String result =
        call(
            "SELECT set_consent(?, ?, ?, ?, ?, ?)",
            org,
            patient,
            purpose,
            agrees,
            actor,
            textVersion.orElse(null));
    return resultFor(result, org, patient, patient);
  }

  /** Begins or ends the link between a patient and a specialist. */
  public Result careLink(UUID org, UUID patient, UUID specialist, boolean linked) {
    String result =
        call("SELECT set_care_link(?, ?, ?, ?, ?)", org, patient, specialist, linked, actor);
    return resultFor(result, org, patient, specialist);
  }

  /** Switches a feature on or off. */
  public Result feature(UUID org, Feature feature, boolean enabled) {
    String result = call("SELECT set_feature(?, ?, ?, ?)", org, feature.word(), enabled, actor);
    return resultFor(result, org, org, org);
  }

  private static Result resultFor(String result, UUID org, UUID patient, UUID specialist) {
    return switch (result) {
      case "no_organization" ->
          throw new RefusedException(Reason.NO_ORGANIZATION, org.toString(), "");
      case "no_patient" -> throw new RefusedException(Reason.NO_PATIENT, patient.toString(), "");
      case "no_specialist" ->
          throw new RefusedException(Reason.NO_SPECIALIST, specialist.toString(), "");
      default -> result(result);
    };
  }

  private static Result result(String word) {
    return Words.read(Result.class, word);
  }

  private String call(String sql, @Nullable Object... values) {
    return handle.select(sql, values).mapTo(String.class).one();
  }
}
