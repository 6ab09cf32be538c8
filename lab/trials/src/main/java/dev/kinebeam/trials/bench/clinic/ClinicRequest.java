package dev.kinebeam.trials.bench.clinic;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * One thing that the clinic's pages ask the Core API.
 *
 * @param name for reports
 * @param path with its query, for one organisation
 * @param body what is posted; empty where something is read
 */
record ClinicRequest(String name, Function<Clinic, String> path, Optional<String> body) {
  ClinicRequest(String name, Function<Clinic, String> path) {
    this(name, path, Optional.empty());
  }

  /**
   * An organisation and what is asked about in it.
   *
   * @param rank 0 = the biggest
   * @param cursor of the second page of its sessions
   * @param until the end of every window
   */
  record Clinic(
      int rank,
      UUID orgId,
      UUID patientId,
      UUID sessionId,
      String mediaId,
      String slug,
      String cursor,
      Instant until) {}

  /** Everything that the pages ask. */
  static final List<ClinicRequest> ALL =
      List.of(
          new ClinicRequest("sessions, 7 days", c -> sessions(c, 7, "")),
          new ClinicRequest("sessions, 30 days", c -> sessions(c, 30, "")),
          new ClinicRequest(
              "sessions of a patient, 395 days",
              c -> sessions(c, 395, "&patient_id=" + c.patientId())),
          new ClinicRequest(
              "sessions of an exercise, 30 days",
              c -> sessions(c, 30, "&media_id=" + word(c.mediaId()))),
          new ClinicRequest(
              "sessions, the next page", c -> sessions(c, 30, "&cursor=" + word(c.cursor()))),
          new ClinicRequest("one session", c -> "/v1/media/sessions/" + c.sessionId()),
          new ClinicRequest("video-health, 7 days", c -> health(c, 7, "")),
          new ClinicRequest("video-health, 30 days", c -> health(c, 30, "")),
          new ClinicRequest("video-health by exercise", c -> health(c, 7, "&by=exercise")),
          new ClinicRequest("video-health by device", c -> health(c, 7, "&by=device")),
          new ClinicRequest("video-health by browser", c -> health(c, 7, "&by=browser")),
          new ClinicRequest("video-health by connection", c -> health(c, 7, "&by=connection")),
          new ClinicRequest(
              "video-health by exercise, 30 days", c -> health(c, 30, "&by=exercise")),
          new ClinicRequest("overview, this week", c -> overview("week=this", "day")),
          new ClinicRequest("overview, 28 days", c -> overview("days=28", "day")),
          new ClinicRequest("overview, 90 days", c -> overview("days=90", "day")),
          new ClinicRequest("overview by exercise, 28 days", c -> overview("days=28", "exercise")),
          new ClinicRequest("overview by exercise, 90 days", c -> overview("days=90", "exercise")),
          new ClinicRequest("overview by device, 90 days", c -> overview("days=90", "device")),
          new ClinicRequest("overview by hour, today", c -> overview("days=1", "hour")),
          new ClinicRequest("adherence, 28 days", c -> "/v1/clinic/adherence?days=28"),
          new ClinicRequest("adherence, 90 days", c -> "/v1/clinic/adherence?days=90"),
          new ClinicRequest("playing now", c -> "/v1/clinic/playing"),
          new ClinicRequest("sessions, impacted, 28 days", c -> sessions(c, 28, "&only=impacted")),
          new ClinicRequest(
              "sessions, exits after a stall, 90 days",
              c -> sessions(c, 90, "&only=exited_after_stall")),
          new ClinicRequest(
              "sessions, failed on a device, 90 days",
              c -> sessions(c, 90, "&only=failed&device=iPad")),
          new ClinicRequest(
              "drop-off of an exercise, 30 days",
              c -> "/v1/clinic/exercises/" + c.slug() + "/drop-off?" + window(c, 30)),
          new ClinicRequest(
              "heat map of an exercise, 30 days",
              c -> "/v1/clinic/exercises/" + c.slug() + "/heatmap?" + window(c, 30)),
          new ClinicRequest(
              "heat map of an exercise, 90 days",
              c -> "/v1/clinic/exercises/" + c.slug() + "/heatmap?" + window(c, 90)),
          new ClinicRequest("exercises, 30 days", c -> "/v1/clinic/exercises?" + window(c, 30)),
          new ClinicRequest("patients", c -> "/v1/patients"),
          new ClinicRequest("one patient", c -> "/v1/patients/" + c.patientId()),
          new ClinicRequest(
              "bandwidth of a patient",
              c -> "/v1/media/bandwidth/stats?patient_id=" + c.patientId()),
          new ClinicRequest(
              "bandwidth of a session",
              c -> "/v1/media/bandwidth/stats?session_id=" + c.sessionId()),
          new ClinicRequest("automations, open", c -> "/v1/automations?state=open"),
          new ClinicRequest("automations, all", c -> "/v1/automations"),
          new ClinicRequest("alert thresholds", c -> "/v1/clinic/alert-thresholds"),
          new ClinicRequest(
              "alert thresholds, preview",
              c -> "/v1/clinic/alert-thresholds/preview",
              Optional.of(
                  "{\"thresholds\": [{\"rule\": \"network_degradation\", \"threshold\": 2.5}]}")));

  private static String sessions(Clinic clinic, int days, String more) {
    return "/v1/media/sessions?" + window(clinic, days) + more;
  }

  private static String health(Clinic clinic, int days, String more) {
    return "/v1/clinic/video-health?" + window(clinic, days) + more;
  }

  /** What the page of the overview asks: calendar time of the clinic, up to now. */
  private static String overview(String time, String by) {
    return "/v1/clinic/video-health?" + time + "&by=" + by + "&without=funnel";
  }

  private static String window(Clinic clinic, int days) {
    Instant from = clinic.until().minus(Duration.ofDays(days));
    return "from=" + from + "&to=" + clinic.until();
  }

  private static String word(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
