/**
 * What every program shows to its operators: whether the services it needs answer, its metrics in
 * Prometheus' text format, and the port on which both are read. It uses nothing but the JDK and
 * slf4j, since the processes of a Flink cluster load it before any job's libraries.
 */
package dev.kinebeam.program.observability;
