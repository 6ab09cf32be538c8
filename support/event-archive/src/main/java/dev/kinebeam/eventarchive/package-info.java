/**
 * The archive of media events: every record of the topic with its exact bytes, in hourly objects.
 * Here it is read, listed and rewritten for erasure; {@code writer} writes it.
 */
package dev.kinebeam.eventarchive;
