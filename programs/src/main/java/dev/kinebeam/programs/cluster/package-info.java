/** A Flink cluster of processes on one machine: start, submit, status, stop. */
package dev.kinebeam.programs.cluster;
