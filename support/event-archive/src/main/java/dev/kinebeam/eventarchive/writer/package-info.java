/** The archiver: a Kafka consumer that stores every record in hourly objects before it commits. */
package dev.kinebeam.eventarchive.writer;
