package dev.kinebeam.trials.patients;

import dev.kinebeam.localstack.tokens.DevelopmentTokens;
import dev.kinebeam.schemas.UuidV5;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
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
  private static final int SPECIALISTS = 3;
  private static final ZoneId BUCHAREST = ZoneId.of("Europe/Bucharest");
  private static final Locale ROMANIAN = new Locale("ro");

  private static final UUID NAMESPACE = UuidV5.of(new UUID(0, 0), "kinebeam.dev/demo");

  /**
   * One organisation.
   *
   * @param zone in which it counts its days
   * @param locale of most of its people
   */
  public record Clinic(UUID orgId, String name, ZoneId zone, Locale locale) {
    public UUID adminId() {
      return UuidV5.of(orgId, "admin");
    }

    /** The name of the administrator. */
    public String adminName() {
      return Names.of(locale, 100 + Math.floorMod(orgId.hashCode(), 40));
    }

    /** The specialist who treats every patient of the clinic: the first of {@link #specialists}. */
    public UUID specialistId() {
      return UuidV5.of(orgId, "specialist");
    }

    /** All who treat patients; each but the first has a part of them. */
    public List<Specialist> specialists() {
      return IntStream.range(0, SPECIALISTS)
          .mapToObj(
              i ->
                  new Specialist(
                      i == 0 ? specialistId() : UuidV5.of(orgId, "specialist " + i),
                      Names.of(locale, 200 + 7 * i + Math.floorMod(orgId.hashCode(), 40))))
          .toList();
    }
  }

  /** One who treats patients. */
  public record Specialist(UUID specialistId, String name) {}

  /**
   * One patient.
   *
   * @param consents whether events of this patient may be taken
   */
  public record Patient(
      Clinic clinic, UUID patientId, String name, Device device, boolean consents) {}

  public static final List<Clinic> ALL =
      List.of(
          clinic("Clinica Aurora", BUCHAREST, ROMANIAN),
          clinic("Centrul Lumina", BUCHAREST, ROMANIAN),
          clinic("Kinetika Nord", BUCHAREST, ROMANIAN),
          clinic("Cedar House", ZoneId.of("Europe/London"), Locale.ENGLISH));

  private Clinics() {}

  private static Clinic clinic(String name, ZoneId zone, Locale locale) {
    return new Clinic(UuidV5.of(NAMESPACE, name), name, zone, locale);
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
                  Names.of(clinic.locale(), i / ALL.size() + 20 * (i % ALL.size())),
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
                    Names.of(clinic.locale(), 300 + i + 9 * ALL.indexOf(clinic)),
                    Device.ALL.get(i % Device.ALL.size()),
                    true))
        .toList();
  }

  /** One who exercised for a while and does so no more. */
  public static Patient former(Clinic clinic) {
    return new Patient(
        clinic,
        UuidV5.of(clinic.orgId(), "former"),
        Names.of(clinic.locale(), 400 + 3 * ALL.indexOf(clinic)),
        Device.ALL.get(3),
        true);
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
