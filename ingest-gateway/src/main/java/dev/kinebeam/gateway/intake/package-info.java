/** Intake of players' events: consent, parsing, the durable write, and an answer for each event. */
package dev.kinebeam.gateway.intake;
