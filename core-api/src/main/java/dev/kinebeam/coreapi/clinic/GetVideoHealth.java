package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;

/**
 * {@code GET /v1/clinic/video-health?from=&to=&by=&without=}, or {@code ?week=2026-W48&by=}: the
 * caller's own organisation. Weeks and days are those of its time zone.
 */
public final class GetVideoHealth implements Route.Handler {
  private static final Duration MOST_DAYS = Duration.ofDays(100);
  private static final Duration MOST_HOURS = Duration.ofDays(8).plusHours(1);

  private final VideoHealthQuery query;
  private final Clock clock;

  public GetVideoHealth(Database database, Clock clock) {
    this.query = new VideoHealthQuery(database, clock);
    this.clock = clock;
  }

  @Override
  public Set<String> parameters() {
    return Set.of("from", "to", "week", "days", "by", "without");
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Inputs inputs = new Inputs(call);
    AskedTime time = AskedTime.read(call, inputs, clock);
    Optional<Dimension> by = inputs.read("by", "one of " + Dimension.words(), Dimension::of);
    if (by.equals(Optional.of(Dimension.DAY)) && isLonger(time, MOST_DAYS)) {
      inputs.reject(
          "by",
          "out_of_range",
          "by=day takes at most " + MOST_DAYS.toDays() + " days; ask by=week");
    }
    if (by.equals(Optional.of(Dimension.HOUR)) && isLonger(time, MOST_HOURS)) {
      inputs.reject(
          "by",
          "out_of_range",
          "by=hour takes at most " + MOST_HOURS.toDays() + " days; ask by=day");
    }
    Optional<String> without = inputs.text("without");
    if (without.filter(word -> !word.equals("funnel")).isPresent()) {
      inputs.reject("without", "bad_format", "without must be funnel");
    }
    inputs.check();
    return Reply.json(200, query.run(caller.orgId(), time, by, without.isEmpty()));
  }

  private static boolean isLonger(AskedTime time, Duration most) {
    Window window = time.in(ZoneOffset.UTC);
    return window.length().compareTo(most) > 0;
  }
}
