/**
 * Alerts: which sessions a rule counts, when its condition begins and ends, and what is written.
 */
package dev.kinebeam.pipelines.alerts;
