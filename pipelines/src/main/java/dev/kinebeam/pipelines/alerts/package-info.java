/** Alerts that a small clinic can trust: what is counted, when a rule speaks, what is written. */
package dev.kinebeam.pipelines.alerts;
