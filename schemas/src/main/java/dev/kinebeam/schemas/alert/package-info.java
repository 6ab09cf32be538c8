/**
 * When an alert's condition begins and ends. The telemetry job evaluates it as sessions arrive, the
 * Core API over the past week to show what other thresholds would have raised.
 */
package dev.kinebeam.schemas.alert;
