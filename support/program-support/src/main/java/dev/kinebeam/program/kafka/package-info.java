/** Kafka addresses, the offsets and lag of a consumer group, and the tail of a topic. */
package dev.kinebeam.program.kafka;
