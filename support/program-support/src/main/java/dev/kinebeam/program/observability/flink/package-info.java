/** Flink's own figures of a job, exported beside ours by the processes of a cluster. */
package dev.kinebeam.program.observability.flink;
