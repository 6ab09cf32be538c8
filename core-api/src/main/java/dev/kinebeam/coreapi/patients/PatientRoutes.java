package dev.kinebeam.coreapi.patients;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.rights.AuditLog;
import dev.kinebeam.coreapi.rights.PatientAccess;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/patients}: the patients whom the caller reaches, those with trouble first, and one of
 * them. Whoever is not reached is not there.
 */
public record PatientRoutes(Database database, Clock clock) {
  private static final int WINDOW_DAYS = 14;
  private static final int DEFAULT_LIMIT = 50;
  private static final int MOST = 200;
  private static final int LONGEST_QUERY = 100;
  private static final int DEFAULT_WEEKS = 12;
  private static final int MOST_WEEKS = 53;

  /**
   * A page.
   *
   * @param total patients that were asked for, on all pages
   * @param withTrouble those of them with at least one reason
   * @param truncated whether the caller reaches more patients than were looked at
   * @param reasons how many patients have which; a patient may have several
   */
  private record Page(
      Days.Range window,
      List<PatientView> patients,
      int total,
      long withTrouble,
      boolean truncated,
      List<Counted> reasons,
      @Nullable String next) {}

  private record Counted(Trouble.Code code, long patients) {}

  private record Head(
      Days.Range window, @JsonUnwrapped PatientView patient, List<PatientWeeks.Week> weeks) {}

  /** {@code GET /v1/patients?q=&reason=&limit=&cursor=}. */
  public Route.Handler list() {
    return new Listing(this);
  }

  private record Listing(PatientRoutes routes) implements Route.Handler {
    @Override
    public Set<String> parameters() {
      return Set.of("q", "reason", "limit", "cursor");
    }

    @Override
    public Reply handle(Call call, Principal caller) throws Problem {
      Inputs inputs = new Inputs(call);
      Optional<String> words =
          inputs.read("q", "at most " + LONGEST_QUERY + " characters", Listing::words);
      Optional<Trouble.Code> reason =
          inputs.read(
              "reason",
              "failed_start, fatal_error, stalling, inactive, stopped_early or slow_connection",
              word -> Words.read(Trouble.Code.class, word));
      Optional<PatientCursor> after =
          inputs.read("cursor", "next of an earlier page", PatientCursor::decode);
      int limit = inputs.number("limit", 1, MOST).orElse(DEFAULT_LIMIT);
      inputs.check();
      return Reply.json(200, routes.page(caller, words, reason, after, limit));
    }

    private static String words(String text) {
      if (text.length() > LONGEST_QUERY) {
        throw new IllegalArgumentException("too long");
      }
      return text.strip();
    }
  }

  private Days days(Handle handle, Principal caller, int count) {
    return Days.upTo(clock.instant(), count, PatientsQuery.zone(handle, caller.orgId()));
  }

  private Page page(
      Principal caller,
      Optional<String> words,
      Optional<Trouble.Code> reason,
      Optional<PatientCursor> after,
      int limit) {
    List<PatientView> all = new ArrayList<>();
    Days days =
        database.inOrg(
            caller.orgId(),
            handle -> {
              Days window = days(handle, caller, WINDOW_DAYS);
              PatientsQuery.list(handle, PatientAccess.of(handle, caller), window, words)
                  .forEach(found -> all.add(PatientView.of(found, window)));
              return window;
            });
    boolean truncated = all.size() > PatientsQuery.MOST_PATIENTS;
    List<PatientView> asked =
        all.stream()
            .limit(PatientsQuery.MOST_PATIENTS)
            .filter(one -> reason.isEmpty() || has(one, reason.get()))
            .sorted(Comparator.comparing(PatientView::place, PatientCursor.IN_ORDER))
            .toList();
    List<PatientView> rest =
        asked.stream()
            .filter(
                one ->
                    after.isEmpty() || PatientCursor.IN_ORDER.compare(one.place(), after.get()) > 0)
            .toList();
    List<PatientView> page = rest.stream().limit(limit).toList();
    return new Page(
        days.range(),
        page,
        asked.size(),
        asked.stream().filter(one -> !one.reasons().isEmpty()).count(),
        truncated,
        counted(all),
        rest.size() > limit ? page.get(limit - 1).place().encode() : null);
  }

  private static boolean has(PatientView patient, Trouble.Code code) {
    return patient.reasons().stream().anyMatch(one -> one.code() == code);
  }

  private static List<Counted> counted(List<PatientView> patients) {
    Map<Trouble.Code, Long> counts = new EnumMap<>(Trouble.Code.class);
    patients.forEach(
        patient -> patient.reasons().forEach(one -> counts.merge(one.code(), 1L, Long::sum)));
    return counts.entrySet().stream()
        .map(entry -> new Counted(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** {@code GET /v1/patients/{id}?weeks=}. */
  public Route.Handler get() {
    return new Reading(this);
  }

  private record Reading(PatientRoutes routes) implements Route.Handler {
    @Override
    public Set<String> parameters() {
      return Set.of("weeks");
    }

    @Override
    public Reply handle(Call call, Principal caller) throws Problem {
      UUID patient = call.pathId("id");
      Inputs inputs = new Inputs(call);
      int weeks = inputs.number("weeks", 1, MOST_WEEKS).orElse(DEFAULT_WEEKS);
      inputs.check();
      return Reply.json(
          200,
          routes
              .head(caller, patient, weeks)
              .orElseThrow(() -> Problem.of(404, "There is no patient with this id.")));
    }
  }

  private Optional<Head> head(Principal caller, UUID patient, int weeks) {
    return database.inOrg(
        caller.orgId(),
        handle -> {
          Days days = days(handle, caller, WINDOW_DAYS);
          Optional<PatientsQuery.Found> found =
              PatientsQuery.find(handle, PatientAccess.of(handle, caller), days, patient);
          found.ifPresent(
              one ->
                  AuditLog.noteRead(handle, caller, "patient.read", patient.toString(), patient));
          return found.map(
              one ->
                  new Head(
                      days.range(),
                      PatientView.of(one, days),
                      PatientWeeks.of(handle, patient, days, weeks)));
        });
  }
}
