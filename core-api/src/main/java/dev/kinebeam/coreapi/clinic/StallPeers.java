package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.coreapi.clinic.SessionDetail.Stall;
import dev.kinebeam.schemas.event.WaitCause;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What other patients of the clinic met while one session stalled: at the same time, and at the
 * same places of its video. One statement, and at most {@link #MOST} rows of each kind.
 */
record StallPeers(List<Row> rows, boolean timesComplete, boolean placesComplete) {
  static final int MOST = 2_000;
  private static final Duration NEAR = Duration.ofSeconds(30);
  private static final double NEAR_SECONDS = 2;

  private static final String OTHERS =
      """
      (SELECT 'stall_then' AS kind, patient_id, started_at, NULL::timestamptz AS ended_at,
              NULL::double precision AS position
         FROM media_waits
        WHERE cause = 'stall' AND patient_id <> :patient
          AND started_at >= :first::timestamptz - interval '30 seconds'
          AND started_at < :last::timestamptz + interval '30 seconds'
        ORDER BY started_at LIMIT :most)
      UNION ALL
      (SELECT 'played_then', patient_id, started_at, last_event_at, NULL
         FROM media_session_metrics
        WHERE patient_id <> :patient AND started_playing
          AND started_at >= :first::timestamptz - interval '1 hour'
          AND started_at < :last::timestamptz + interval '30 seconds'
        ORDER BY started_at LIMIT :most)
      UNION ALL
      (SELECT 'stall_there', patient_id, started_at, NULL, position_seconds
         FROM media_waits
        WHERE %1$s AND cause = 'stall' AND patient_id <> :patient
          AND started_at >= :first::timestamptz - interval '14 days'
          AND started_at < :last::timestamptz + interval '14 days'
        ORDER BY started_at DESC LIMIT :most)
      UNION ALL
      (SELECT 'played_it', patient_id, started_at, NULL, NULL
         FROM media_session_metrics
        WHERE %1$s AND patient_id <> :patient AND started_playing
          AND started_at >= :first::timestamptz - interval '14 days'
          AND started_at < :last::timestamptz + interval '14 days'
        ORDER BY started_at DESC LIMIT :most)
      """;

  /** Something of another patient. */
  record Row(
      String kind, UUID patient, Instant from, Optional<Instant> to, Optional<Double> position) {
    static Row of(ResultSet row) throws SQLException {
      return new Row(
          row.getString("kind"),
          row.getObject("patient_id", UUID.class),
          Columns.instant(row, "started_at"),
          Optional.ofNullable(row.getObject("ended_at", OffsetDateTime.class))
              .map(OffsetDateTime::toInstant),
          Optional.ofNullable(row.getObject("position", Double.class)));
    }
  }

  /** Without others to compare with. */
  static StallPeers none() {
    return new StallPeers(List.of(), true, true);
  }

  /**
   * Of one session's stalls.
   *
   * @param renderId what was played; null where the player did not report it
   */
  static StallPeers of(
      Handle handle,
      UUID patient,
      @Nullable UUID renderId,
      @Nullable String mediaId,
      List<Stall> stalls) {
    List<Instant> times =
        stalls.stream()
            .filter(stall -> stall.cause() == WaitCause.STALL)
            .map(stall -> Instant.parse(stall.span().startedAt()))
            .sorted()
            .toList();
    if (times.isEmpty()) {
      return none();
    }
    String video = renderId != null ? "render_id = :video::uuid" : "media_id = :video::text";
    List<Row> rows =
        handle
            .createQuery(OTHERS.formatted(video))
            .bind("patient", patient)
            .bind("video", renderId != null ? renderId.toString() : mediaId)
            .bind("first", Columns.utc(times.get(0)))
            .bind("last", Columns.utc(times.get(times.size() - 1)))
            .bind("most", MOST)
            .map((row, context) -> Row.of(row))
            .list();
    return of(rows);
  }

  /** What was read; of a kind with as many rows as are read at most there may be more. */
  static StallPeers of(List<Row> rows) {
    return new StallPeers(
        rows,
        count(rows, "stall_then") < MOST && count(rows, "played_then") < MOST,
        count(rows, "stall_there") < MOST && count(rows, "played_it") < MOST);
  }

  private static long count(List<Row> rows, String kind) {
    return rows.stream().filter(row -> row.kind.equals(kind)).count();
  }

  /** At the same time; empty where no other played, or more sessions than are looked at. */
  Optional<StallVerdict.Others> at(Instant time) {
    if (!timesComplete) {
      return Optional.empty();
    }
    Set<UUID> stalled = new HashSet<>();
    Set<UUID> playing = new HashSet<>();
    for (Row row : rows) {
      boolean near = Duration.between(row.from, time).abs().compareTo(NEAR) <= 0;
      if (row.kind.equals("stall_then") && near) {
        stalled.add(row.patient);
        playing.add(row.patient);
      } else if (row.kind.equals("played_then")
          && row.from.isBefore(time.plus(NEAR))
          && row.to.filter(to -> to.isAfter(time.minus(NEAR))).isPresent()) {
        playing.add(row.patient);
      }
    }
    return others(stalled, playing);
  }

  /**
   * At the same position of the same video; empty where no other played it, or more did than are
   * looked at: the newest stalls and the newest sessions would be of different times.
   */
  Optional<StallVerdict.Others> at(double position) {
    if (!placesComplete) {
      return Optional.empty();
    }
    Set<UUID> stalled = new HashSet<>();
    Set<UUID> played = new HashSet<>();
    for (Row row : rows) {
      if (row.kind.equals("played_it")) {
        played.add(row.patient);
      } else if (row.kind.equals("stall_there")
          && row.position.filter(at -> Math.abs(at - position) <= NEAR_SECONDS).isPresent()) {
        stalled.add(row.patient);
        played.add(row.patient);
      }
    }
    return others(stalled, played);
  }

  private static Optional<StallVerdict.Others> others(Set<UUID> stalled, Set<UUID> playing) {
    return playing.isEmpty()
        ? Optional.empty()
        : Optional.of(new StallVerdict.Others(stalled.size(), playing.size()));
  }
}
