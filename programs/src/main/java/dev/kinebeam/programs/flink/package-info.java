/** The REST interface of a Flink cluster and the saved states of its jobs. */
package dev.kinebeam.programs.flink;
