/**
 * A Flink cluster inside this process, for the programs and the demo that run a job without one of
 * their own. Everything of Flink that listens is decided here: loopback only, no REST server unless
 * it is asked for, and then a page that takes no job and no jar.
 */
package dev.kinebeam.beam.flink;
