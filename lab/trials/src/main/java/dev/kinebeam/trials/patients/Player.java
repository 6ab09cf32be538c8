package dev.kinebeam.trials.patients;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.schemas.UuidV5;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * A simulated video player: it acts, writes down the events that a browser would send, and keeps in
 * a {@link ExpectedRows} what must come of them. Time is simulated; nothing waits.
 */
final class Player {
  private static final long HEARTBEAT_MS = 10_000;
  private static final int[] MILESTONES = {25, 50, 75, 95};
  private static final double FRAMES_PER_SECOND = 30;

  private final Media media;
  private final Conditions conditions;
  private final RandomGenerator random;
  private final ExpectedRows expectedRows;
  private final List<ScriptedEvent> events = new ArrayList<>();
  private final UUID sessionId;

  private long nowMs;
  private int seq;
  private double position;
  private double watched;
  private long sinceHeartbeatMs;
  private int milestonesReached;
  private Rendition rendition;
  private double bandwidth;
  private boolean losesHeartbeats;

  // The player's own running totals, sent with every heartbeat.
  private long stalls;
  private long stalledMs;
  private long bitrateSwitches;
  private long resolutionSwitches;
  private long frames;
  private long dropped;
  private final List<String> errors = new ArrayList<>();
  private double bitrateSeconds;
  private long peakBitrate;

  /** What is on screen. */
  record Media(String mediaId, UUID renderId, double durationSeconds) {}

  /** The rungs of a host's ladder that a player moves between. */
  enum Rendition {
    P360(360, 500_000),
    P480(480, 1_100_000),
    P720(720, 2_500_000),
    P1080(1080, 5_000_000);

    final String resolution;
    final long bitrate;

    Rendition(int lines, long bitrate) {
      this.resolution = lines + "p";
      this.bitrate = bitrate;
    }
  }

  Player(UUID sessionId, Media media, Conditions conditions, RandomGenerator random) {
    this.sessionId = sessionId;
    this.media = media;
    this.conditions = conditions;
    this.random = random;
    this.expectedRows = new ExpectedRows();
    this.bandwidth = round(conditions.mbps(random));
    this.rendition = bandwidth < 2.5 ? Rendition.P360 : Rendition.P720;
  }

  /** A player that loses one heartbeat on the way; its counter will show a gap. */
  void loseAHeartbeat() {
    losesHeartbeats = true;
  }

  boolean isAtEnd() {
    return position >= media.durationSeconds();
  }

  double remainingSeconds() {
    return media.durationSeconds() - position;
  }

  double position() {
    return position;
  }

  void start() {
    ObjectNode data = data();
    long ttfb = conditions.ttfbMs(random);
    long load = ttfb + 200 + random.nextLong(1500);
    data.put("total_duration_seconds", media.durationSeconds());
    data.put("ttfb_ms", ttfb);
    data.put("video_load_time_ms", load);
    data.put("cdn_response_time_ms", ttfb - 20);
    network(data);
    data.put("initial_bitrate", rendition.bitrate);
    data.put("initial_resolution", rendition.resolution);
    ObjectNode event = event("session_start", data);
    event.put("media_id", media.mediaId());
    event.put("media_type", "video");
    if (media.renderId() != null) {
      event.put("render_id", media.renderId().toString());
    }
    emit(event);
    expectedRows.started(media, ttfb, load, rendition);
    expectedRows.saw(rendition);
    expectedRows.network(bandwidth, data);
    nowMs += load;
  }

  void play(boolean resume) {
    ObjectNode data = data();
    data.put("position_seconds", position);
    data.put("is_resume", resume);
    emit(event("play", data));
    expectedRows.played(position);
  }

  /** Plays for so many seconds of video, or to its end. */
  void watch(double seconds) {
    double left = Math.min(seconds, remainingSeconds());
    while (left > 1e-9) {
      double step = Math.min(left, (HEARTBEAT_MS - sinceHeartbeatMs) / 1000.0);
      step = Math.min(step, toNextMilestone());
      advance(step);
      left -= step;
      reachMilestones();
      if (sinceHeartbeatMs >= HEARTBEAT_MS) {
        sinceHeartbeatMs = 0;
        heartbeat();
      }
    }
  }

  private double toNextMilestone() {
    if (milestonesReached == MILESTONES.length) {
      return Double.MAX_VALUE;
    }
    double at = media.durationSeconds() * MILESTONES[milestonesReached] / 100;
    return at > position ? at - position : Double.MAX_VALUE;
  }

  private void advance(double seconds) {
    long ms = Math.round(seconds * 1000);
    nowMs += ms;
    sinceHeartbeatMs += ms;
    position = Math.min(media.durationSeconds(), round(position + seconds));
    watched = round(watched + seconds);
    frames += Math.round(seconds * FRAMES_PER_SECOND);
    dropped += random.nextInt(20) == 0 ? 1 : 0;
    bitrateSeconds += rendition.bitrate * seconds;
    peakBitrate = Math.max(peakBitrate, rendition.bitrate);
  }

  private void reachMilestones() {
    while (milestonesReached < MILESTONES.length
        && position >= media.durationSeconds() * MILESTONES[milestonesReached] / 100 - 1e-6) {
      int percent = MILESTONES[milestonesReached++];
      ObjectNode data = data();
      data.put("milestone_percent", percent);
      data.put("position_seconds", position);
      data.put("elapsed_real_seconds", nowMs / 1000.0);
      emit(event("milestone", data));
      expectedRows.milestone(percent);
      expectedRows.at(position);
    }
  }

  private void heartbeat() {
    ObjectNode data = data();
    data.put("position_seconds", position);
    totals(data);
    data.put("current_bitrate", rendition.bitrate);
    long average = watched == 0 ? rendition.bitrate : Math.round(bitrateSeconds / watched);
    data.put("avg_bitrate", average);
    data.put("peak_bitrate", peakBitrate);
    data.put("current_resolution", rendition.resolution);
    network(data);
    ObjectNode event = event("heartbeat", data);
    if (losesHeartbeats) {
      losesHeartbeats = false;
      seq++;
      expectedRows.count("events_missing");
      return;
    }
    emit(event);
    expectedRows.count("heartbeats");
    expectedRows.at(position);
    expectedRows.totals(data);
    expectedRows.saw(rendition);
    expectedRows.max("peak_bitrate", peakBitrate);
    expectedRows.set("avg_bitrate", average);
    expectedRows.network(bandwidth, data);
  }

  void pause(long ms) {
    ObjectNode data = data();
    data.put("position_seconds", position);
    emit(event("pause", data));
    expectedRows.count("pauses");
    expectedRows.at(position);
    nowMs += ms;
  }

  void seek(double to) {
    ObjectNode data = data();
    data.put("from_seconds", position);
    data.put("to_seconds", round(to));
    emit(event("seek", data));
    expectedRows.sought(position, round(to));
    position = round(to);
    nowMs += 150;
  }

  /** The buffer runs empty; returns what the stall is to be closed with. */
  UUID stallBegins() {
    bandwidth = round(0.3 + random.nextDouble() * 2);
    ObjectNode data = data();
    data.put("position_seconds", position);
    data.put("bitrate_before", rendition.bitrate);
    data.put("resolution_before", rendition.resolution);
    long cdn = 200 + random.nextLong(2500);
    data.put("cdn_response_time_ms", cdn);
    data.put("connection_type", connection());
    data.put("effective_bandwidth", bandwidth);
    ObjectNode event = event("buffering_start", data);
    emit(event);
    UUID id = UUID.fromString(event.get("event_id").textValue());
    expectedRows.stallBegan(id, position, nowMs, rendition, cdn, connection(), bandwidth);
    expectedRows.at(position);
    expectedRows.network(bandwidth, data);
    return id;
  }

  /** The buffer runs empty and is filled again, as fast as conditions allow. */
  void stall() {
    stallEnds(stallBegins(), conditions.stallMs(random), true);
  }

  void stallEnds(UUID stall, long ms, boolean recovered) {
    nowMs += ms;
    stalls++;
    stalledMs += ms;
    ObjectNode data = data();
    data.put("position_seconds", position);
    data.put("duration_ms", ms);
    data.put("bitrate_after", rendition.bitrate);
    data.put("resolution_after", rendition.resolution);
    data.put("recovered", recovered);
    emit(event("buffering_end", data));
    expectedRows.stallEnded(stall, nowMs, ms, rendition, recovered);
    expectedRows.at(position);
  }

  void switchTo(Rendition next, String reason) {
    ObjectNode data = data();
    data.put("position_seconds", position);
    data.put("from_bitrate", rendition.bitrate);
    data.put("to_bitrate", next.bitrate);
    data.put("from_resolution", rendition.resolution);
    data.put("to_resolution", next.resolution);
    data.put("reason", reason);
    emit(event("quality_change", data));
    bitrateSwitches++;
    resolutionSwitches++;
    expectedRows.switched(rendition, next);
    expectedRows.saw(rendition);
    expectedRows.saw(next);
    expectedRows.at(position);
    rendition = next;
    bandwidth = round(next.bitrate / 1e6 * (1.2 + random.nextDouble()));
  }

  void error(String code, String message, boolean fatal) {
    errors.add(code);
    ObjectNode data = data();
    data.put("error_code", code);
    data.put("error_message", message);
    data.put("position_seconds", position);
    data.put("is_fatal", fatal);
    data.put("recovery_action", fatal ? "none" : "retry_segment");
    emit(event("error", data));
    expectedRows.error(code, fatal);
    expectedRows.at(position);
    nowMs += 30;
  }

  /** The player closes properly. */
  ScriptedSession end(Behaviour behaviour, String status) {
    ObjectNode data = data();
    data.put("final_position_seconds", position);
    totals(data);
    data.put("status", status);
    emit(event("session_end", data));
    expectedRows.at(position);
    expectedRows.totals(data);
    expectedRows.ended("client", status);
    return finished(behaviour);
  }

  /** Nothing more is heard of the player. */
  ScriptedSession vanish(Behaviour behaviour) {
    expectedRows.ended("timeout", "abandoned");
    return finished(behaviour);
  }

  private ScriptedSession finished(Behaviour behaviour) {
    long last = events.get(events.size() - 1).atMs();
    expectedRows.set("events_seen", (long) events.size());
    expectedRows.close(last);
    return new ScriptedSession(
        sessionId,
        behaviour,
        List.copyOf(events),
        expectedRows.metrics(),
        expectedRows.stalls(),
        last);
  }

  private void totals(ObjectNode data) {
    data.put("watched_duration_seconds", watched);
    data.put("completion_percent", round(Math.min(100, watched / media.durationSeconds() * 100)));
    data.put("buffering_count", stalls);
    data.put("buffering_duration_ms", stalledMs);
    data.put("bitrate_switches", bitrateSwitches);
    data.put("resolution_switches", resolutionSwitches);
    data.put("dropped_frames", dropped);
    data.put("total_frames", frames);
    data.put("error_count", errors.size());
    errors.forEach(data.putArray("error_types")::add);
  }

  private void network(ObjectNode data) {
    bandwidth = round(Math.max(0.2, bandwidth * (0.9 + random.nextDouble() * 0.2)));
    data.put("connection_type", connection());
    data.put("effective_bandwidth", bandwidth);
    data.put("rtt_ms", 20 + random.nextInt(120));
  }

  private String connection() {
    return bandwidth < 1.5 ? "3g" : bandwidth < 6 ? "4g" : "wifi";
  }

  private ObjectNode event(String type, ObjectNode data) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("event", type);
    event.put("event_id", UuidV5.of(sessionId, "event " + seq).toString());
    event.put("session_id", sessionId.toString());
    event.put("seq", seq);
    event.set("data", data);
    return event;
  }

  private void emit(ObjectNode event) {
    seq++;
    events.add(new ScriptedEvent(nowMs, event));
  }

  private static ObjectNode data() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** To the millisecond, as a browser would send it. */
  static double round(double value) {
    return Double.parseDouble(String.format(Locale.ROOT, "%.3f", value));
  }
}
