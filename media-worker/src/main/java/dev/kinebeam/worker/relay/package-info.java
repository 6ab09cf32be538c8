/** Relays of outboxes to Kafka. */
package dev.kinebeam.worker.relay;
