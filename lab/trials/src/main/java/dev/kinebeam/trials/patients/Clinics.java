package dev.kinebeam.trials.patients;

import dev.kinebeam.localstack.tokens.DevelopmentTokens;
import dev.kinebeam.schemas.UuidV5;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * The demo's organisations and the people in them. The same names are the same ids on every run.
 */
public final class Clinics {
  /** How long the demo's tokens live. */
  public static final Duration TOKEN_LIFE = Duration.ofHours(12);

  private static final int REGULARS = 6;

  private static final UUID NAMESPACE = UuidV5.of(new UUID(0, 0), "kinebeam.dev/demo");

  /** One organisation. */
  public record Clinic(UUID orgId, String name) {
    public UUID adminId() {
      return UuidV5.of(orgId, "admin");
    }

    /** The specialist who treats every patient of the clinic. */
    public UUID specialistId() {
      return UuidV5.of(orgId, "specialist");
    }
  }

  /**
   * One patient.
   *
   * @param consents whether events of this patient may be taken
   */
  public record Patient(
      Clinic clinic, UUID patientId, String name, Device device, boolean consents) {}

  public static final List<Clinic> ALL =
      List.of(
          clinic("Clinica Aurora"),
          clinic("Centrul Lumina"),
          clinic("Kinetika Nord"),
          clinic("Casa Cedrului"));

  private Clinics() {}

  private static Clinic clinic(String name) {
    return new Clinic(UuidV5.of(NAMESPACE, name), name);
  }

  /** So many patients over all clinics; one in twenty has withdrawn the consent. */
  public static List<Patient> patients(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              Clinic clinic = ALL.get(i % ALL.size());
              return new Patient(
                  clinic,
                  UuidV5.of(clinic.orgId(), "patient " + i),
                  "Patient " + (i + 1),
                  Device.ALL.get(i / ALL.size() % Device.ALL.size()),
                  i % 20 != 19);
            })
        .toList();
  }

  /** A few people of a clinic who exercise every day; all of them consent. */
  public static List<Patient> regulars(Clinic clinic) {
    return IntStream.range(0, REGULARS)
        .mapToObj(
            i ->
                new Patient(
                    clinic,
                    UuidV5.of(clinic.orgId(), "regular " + i),
                    "Regular " + (i + 1),
                    Device.ALL.get(i % Device.ALL.size()),
                    true))
        .toList();
  }

  /** A token of the clinic's administrator. */
  public static String adminToken(String secret, Clinic clinic, Clock clock) {
    return token(secret, clinic.orgId(), clinic.adminId(), "clinic_admin", clock);
  }

  /** A token of the clinic's specialist. */
  public static String specialistToken(String secret, Clinic clinic, Clock clock) {
    return token(secret, clinic.orgId(), clinic.specialistId(), "specialist", clock);
  }

  /** A token of a patient. */
  public static String patientToken(String secret, Patient patient, Clock clock) {
    return token(secret, patient.clinic().orgId(), patient.patientId(), "patient", clock);
  }

  /** A token of a service of the platform. */
  public static String serviceToken(String secret, Clock clock) {
    return DevelopmentTokens.sign(
        secret, Optional.empty(), UuidV5.of(NAMESPACE, "service"), "service", TOKEN_LIFE, clock);
  }

  /** A token of the platform's operator, who belongs to no clinic. */
  public static String platformToken(String secret, Clock clock) {
    return DevelopmentTokens.sign(
        secret,
        Optional.empty(),
        UuidV5.of(NAMESPACE, "operator"),
        "superadmin",
        TOKEN_LIFE,
        clock);
  }

  /** A token as the platform's identity service would issue it, signed with the demo's own key. */
  public static String token(String secret, UUID orgId, UUID subject, String role, Clock clock) {
    return DevelopmentTokens.sign(secret, Optional.of(orgId), subject, role, TOKEN_LIFE, clock);
  }
}
