/** The durable log of events in Kafka, with a producer that is replaced when it breaks. */
package dev.kinebeam.gateway.log;
