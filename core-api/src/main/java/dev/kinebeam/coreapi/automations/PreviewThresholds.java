package dev.kinebeam.coreapi.automations;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.input.CostlyReads;
import dev.kinebeam.coreapi.input.JsonBody;
import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.alert.Evidence;
import dev.kinebeam.schemas.alert.Thresholds;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementException;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/clinic/alert-thresholds/preview} with the body of the {@code PUT}: what these
 * thresholds would have raised in the last seven days, compared with the present ones. Nothing is
 * changed. {@link PastWeek} says how it differs from what the job raises. Of a clinic with more
 * sessions than are read, {@code from} is later and {@code complete} is false.
 */
public final class PreviewThresholds implements Route.Handler {
  private static final int SHOWN = 100;

  /** A form asks with each change of a value. */
  static final int PER_MINUTE = 60;

  private static final String CANCELLED = "57014";

  private final Database database;
  private final Clock clock;
  private final CostlyReads reads = new CostlyReads(2, PER_MINUTE);

  public PreviewThresholds(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Whose thresholds raise an alert. */
  private enum By {
    WANTED,
    PRESENT,
    BOTH
  }

  /**
   * An alert.
   *
   * @param by {@code wanted}, {@code present} or {@code both}
   */
  private record Alert(
      String rule,
      String subject,
      @Nullable String exercise,
      @Nullable String name,
      String by,
      String openedAt,
      @Nullable String clearedAt,
      Evidence evidence) {}

  /** How many alerts of a rule the wanted and the present thresholds raise. */
  private record Total(String rule, long wanted, long present) {}

  private record Named(String slug, String name) {}

  private record Answer(
      String from,
      String to,
      long sessions,
      boolean complete,
      List<Total> rules,
      List<Alert> raised,
      int leftOut) {}

  /** What is true before anything is changed. */
  private record Before(Thresholds wanted, Thresholds present, PastWeekReader.Read read) {}

  private record Found(PastWeek.Raised raised, By by) {}

  @Override
  public Reply handle(Call call, Principal caller) throws Problem, IOException {
    Map<AlertRule, AlertThreshold> wanted = ThresholdsForm.read(JsonBody.read(call));
    return preview(caller, Optional.of(AlertThreshold.together(wanted.values())));
  }

  /** {@code GET}: what the present thresholds raised, as a page shows it before a value changes. */
  public Route.Handler ofPresent() {
    return (call, caller) -> preview(caller, Optional.empty());
  }

  private Reply preview(Principal caller, Optional<Thresholds> wanted) throws Problem, IOException {
    Instant now = clock.instant();
    try {
      return Reply.json(200, reads.run(caller, () -> answer(caller.orgId(), wanted, now)));
    } catch (StatementException e) {
      if (e.getCause() instanceof SQLException cause && CANCELLED.equals(cause.getSQLState())) {
        throw Problem.unavailable("The preview takes too long now.", 10);
      }
      throw e;
    }
  }

  /** What is judged in memory keeps no connection. */
  private Answer answer(UUID org, Optional<Thresholds> asked, Instant now) {
    Before before =
        database.inOrg(
            org,
            handle -> {
              Thresholds present = AlertThreshold.together(AlertThresholds.read(handle));
              Thresholds wanted = asked.orElse(present);
              return new Before(
                  wanted,
                  present,
                  PastWeekReader.read(
                      handle,
                      now,
                      wanted.ttfbLimitMs(),
                      present.ttfbLimitMs(),
                      PastWeekReader.MOST));
            });
    PastWeekReader.Read read = before.read;
    List<Found> found =
        compare(read.wanted().raisedBy(before.wanted), read.present().raisedBy(before.present));
    List<Found> shown = found.subList(0, Math.min(SHOWN, found.size()));
    Map<String, Named> names = database.inOrg(org, handle -> names(handle, shown));
    return new Answer(
        Rfc3339.text(read.from()),
        Rfc3339.text(now),
        read.sessions(),
        read.isComplete(),
        totals(found),
        shown.stream().map(one -> alert(one, names)).toList(),
        found.size() - shown.size());
  }

  /** The newest first; what both raise is shown as the wanted thresholds raise it. */
  private static List<Found> compare(List<PastWeek.Raised> wanted, List<PastWeek.Raised> present) {
    List<Found> found = new ArrayList<>();
    for (PastWeek.Raised one : wanted) {
      found.add(new Found(one, present.stream().anyMatch(one::meets) ? By.BOTH : By.WANTED));
    }
    for (PastWeek.Raised one : present) {
      if (wanted.stream().noneMatch(one::meets)) {
        found.add(new Found(one, By.PRESENT));
      }
    }
    found.sort(Comparator.comparingLong((Found one) -> one.raised.openedAtMs()).reversed());
    return found;
  }

  private static List<Total> totals(List<Found> found) {
    List<Total> totals = new ArrayList<>();
    for (AlertRule rule : AlertRule.values()) {
      totals.add(
          new Total(rule.code(), count(found, rule, By.WANTED), count(found, rule, By.PRESENT)));
    }
    return totals;
  }

  private static long count(List<Found> found, AlertRule rule, By by) {
    return found.stream()
        .filter(one -> one.raised.rule() == rule && (one.by == by || one.by == By.BOTH))
        .count();
  }

  private static Map<String, Named> names(Handle handle, List<Found> shown) {
    String[] ids =
        shown.stream()
            .map(one -> one.raised.subject())
            .filter(id -> !id.isEmpty())
            .distinct()
            .toArray(String[]::new);
    Map<String, Named> names = new HashMap<>();
    handle
        .createQuery(
            "SELECT media_id, slug, display_name FROM exercises WHERE media_id = ANY(:ids)")
        .bind("ids", ids)
        .map(
            (row, context) ->
                names.put(
                    row.getString("media_id"),
                    new Named(row.getString("slug"), row.getString("display_name"))))
        .list();
    return names;
  }

  private static Alert alert(Found one, Map<String, Named> names) {
    PastWeek.Raised raised = one.raised;
    Named named = names.get(raised.subject());
    Long cleared = raised.clearedAtMs();
    return new Alert(
        raised.rule().code(),
        raised.subject(),
        named == null ? null : named.slug,
        named == null ? null : named.name,
        Words.write(one.by),
        Rfc3339.text(raised.openedAtMs()),
        cleared == null ? null : Rfc3339.text(cleared),
        raised.evidence());
  }
}
