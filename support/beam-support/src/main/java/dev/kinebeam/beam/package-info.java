/**
 * What both Beam modules share: reading and writing Kafka, coders, dead letters, and rows that are
 * merged into PostgreSQL.
 */
package dev.kinebeam.beam;
