/**
 * The archive of media events: what lay in the topic, record by record, in hourly objects. Written
 * by the archiver of {@code pipelines}; read by the backfill, by whoever shows one session again,
 * and by erasure.
 */
package dev.kinebeam.eventarchive;
