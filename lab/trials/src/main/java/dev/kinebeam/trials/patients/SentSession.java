package dev.kinebeam.trials.patients;

/**
 * A session that was played: what it must leave behind is now known in full.
 *
 * @param baseMs the patient's clock at the session's first event, milliseconds since the epoch
 */
public record SentSession(ScriptedSession script, Clinics.Patient patient, long baseMs) {}
