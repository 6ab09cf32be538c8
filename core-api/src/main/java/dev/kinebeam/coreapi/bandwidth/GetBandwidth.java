package dev.kinebeam.coreapi.bandwidth;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/media/bandwidth/stats?session_id=|patient_id=&window=}: what a session's or a
 * patient's connection carried. Patients ask about themselves, staff about patients whom they
 * reach; others are not there for them.
 */
public final class GetBandwidth implements Route.Handler {
  private static final Duration DEFAULT = Duration.ofDays(7);
  private static final Duration LONGEST = Duration.ofDays(400);

  private final BandwidthQuery query;
  private final Clock clock;

  public GetBandwidth(Database database, Clock clock) {
    this.query = new BandwidthQuery(database);
    this.clock = clock;
  }

  private record Answer(
      @Nullable UUID sessionId,
      UUID patientId,
      String from,
      String to,
      @JsonUnwrapped Bandwidth figures) {}

  @Override
  public Set<String> parameters() {
    return Set.of("session_id", "patient_id", "window");
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Inputs inputs = new Inputs(call);
    Optional<UUID> session = inputs.id("session_id");
    Optional<UUID> patient = patient(inputs, session, caller);
    Duration window =
        inputs
            .read("window", "a duration up to 400 days, such as PT24H, 24h or 7d", this::window)
            .orElse(DEFAULT);
    inputs.check();
    Instant to = clock.instant().plusSeconds(1);
    Instant from = to.minus(window);
    BandwidthQuery.Found found =
        session.isPresent()
            ? query
                .ofSession(caller, session.get(), from, to)
                .orElseThrow(() -> Problem.of(404, "There is no session with this id."))
            : query.ofPatient(caller, patient.orElseThrow(), from, to);
    return Reply.json(
        200,
        new Answer(
            session.orElse(null),
            found.patient(),
            Rfc3339.text(from),
            Rfc3339.text(to),
            Bandwidth.of(found.samples())));
  }

  private static Optional<UUID> patient(Inputs inputs, Optional<UUID> session, Principal caller) {
    Optional<UUID> patient = inputs.id("patient_id");
    if (session.isPresent() && patient.isPresent()) {
      inputs.reject("patient_id", "not_allowed", "give session_id or patient_id, not both");
    }
    if (patient.isPresent() || session.isPresent()) {
      return patient;
    }
    if (caller.role() != Role.PATIENT) {
      inputs.reject("patient_id", "missing", "give session_id or patient_id");
    }
    return Optional.of(caller.subject());
  }

  private Duration window(String text) {
    boolean iso = text.toUpperCase(Locale.ROOT).startsWith("P");
    String days = text.toUpperCase(Locale.ROOT).endsWith("D") ? "P" : "PT";
    Duration window = Duration.parse(iso ? text : days + text);
    if (window.isNegative() || window.isZero() || window.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("out of range");
    }
    return window;
  }
}
