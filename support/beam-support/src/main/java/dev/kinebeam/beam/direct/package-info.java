/** Beam in one process, without Flink: how batches run unless a cluster is named. */
package dev.kinebeam.beam.direct;
