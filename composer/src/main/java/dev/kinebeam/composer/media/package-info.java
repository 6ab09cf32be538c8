/** Examines untrusted media files in child processes, whose crash does not end the worker. */
package dev.kinebeam.composer.media;
