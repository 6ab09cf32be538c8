package dev.kinebeam.trials.patients;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One event that a simulated player will send.
 *
 * @param atMs when it happens, milliseconds after the session began
 * @param json the event without its timestamp, which is set when the session is played
 */
public record ScriptedEvent(long atMs, ObjectNode json) {}
