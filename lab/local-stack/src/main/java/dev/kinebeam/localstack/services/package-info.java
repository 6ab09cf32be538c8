/**
 * Kafka, PostgreSQL, S3 and the video host as real servers in processes of their own, started
 * together.
 */
package dev.kinebeam.localstack.services;
