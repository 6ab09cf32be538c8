package dev.kinebeam.trials.bench.clinic;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * One thing that the clinic's pages ask the gateway.
 *
 * @param name for reports
 * @param path with its query, for one organisation
 */
record Question(String name, Function<Clinic, String> path) {
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
  static final List<Question> ALL =
      List.of(
          new Question("sessions, 7 days", c -> sessions(c, 7, "")),
          new Question("sessions, 30 days", c -> sessions(c, 30, "")),
          new Question(
              "sessions of a patient, 395 days",
              c -> sessions(c, 395, "&patient_id=" + c.patientId())),
          new Question(
              "sessions of an exercise, 30 days",
              c -> sessions(c, 30, "&media_id=" + word(c.mediaId()))),
          new Question(
              "sessions, the next page", c -> sessions(c, 30, "&cursor=" + word(c.cursor()))),
          new Question("one session", c -> "/v1/media/sessions/" + c.sessionId()),
          new Question("video-health, 7 days", c -> health(c, 7, "")),
          new Question("video-health, 30 days", c -> health(c, 30, "")),
          new Question("video-health by exercise", c -> health(c, 7, "&by=exercise")),
          new Question("video-health by device", c -> health(c, 7, "&by=device")),
          new Question("video-health by browser", c -> health(c, 7, "&by=browser")),
          new Question("video-health by connection", c -> health(c, 7, "&by=connection")),
          new Question("video-health by exercise, 30 days", c -> health(c, 30, "&by=exercise")),
          new Question(
              "drop-off of an exercise, 30 days",
              c -> "/v1/clinic/exercises/" + c.slug() + "/drop-off?" + window(c, 30)),
          new Question(
              "bandwidth of a patient",
              c -> "/v1/media/bandwidth/stats?patient_id=" + c.patientId()),
          new Question(
              "bandwidth of a session",
              c -> "/v1/media/bandwidth/stats?session_id=" + c.sessionId()),
          new Question("automations, open", c -> "/v1/automations?state=open"),
          new Question("automations, all", c -> "/v1/automations"),
          new Question("alert thresholds", c -> "/v1/clinic/alert-thresholds"));

  private static String sessions(Clinic clinic, int days, String more) {
    return "/v1/media/sessions?" + window(clinic, days) + more;
  }

  private static String health(Clinic clinic, int days, String more) {
    return "/v1/clinic/video-health?" + window(clinic, days) + more;
  }

  private static String window(Clinic clinic, int days) {
    Instant from = clinic.until().minus(Duration.ofDays(days));
    return "from=" + from + "&to=" + clinic.until();
  }

  private static String word(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
