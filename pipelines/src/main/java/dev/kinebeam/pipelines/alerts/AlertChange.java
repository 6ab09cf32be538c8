package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.schemas.UuidV5;
import dev.kinebeam.schemas.alert.Evidence;
import java.time.Instant;
import java.util.UUID;

/** A condition of an organisation began to hold, or ended. */
public record AlertChange(
    Kind kind, UUID orgId, AlertRule rule, String subject, long atMs, Evidence evidence) {
  private static final UUID NAMESPACE = UUID.fromString("6f1f0a52-4f43-5d0c-9d9c-3f6a1f6b7c11");

  /** What happened to the condition. */
  public enum Kind {
    OPENED,
    CLEARED
  }

  /**
   * An opening.
   *
   * @param subject the media id for {@link AlertRule#CONTENT_QUALITY}; empty for what concerns the
   *     organisation
   */
  public static AlertChange opened(
      UUID orgId, AlertRule rule, String subject, Instant at, Evidence evidence) {
    return new AlertChange(Kind.OPENED, orgId, rule, subject, at.toEpochMilli(), evidence);
  }

  static AlertChange of(Kind kind, UUID orgId, Subject subject, long atMs, Evidence evidence) {
    return new AlertChange(kind, orgId, subject.rule(), subject.id(), atMs, evidence);
  }

  /** The automation that this opening makes: the same for the same opening, emitted again. */
  UUID automationId() {
    return UuidV5.of(
        NAMESPACE,
        String.join("|", rule.code(), orgId.toString(), Instant.ofEpochMilli(atMs).toString())
            + "|"
            + subject);
  }
}
