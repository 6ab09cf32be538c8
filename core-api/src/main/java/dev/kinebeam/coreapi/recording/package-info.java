/** Recordings of sessions, made from the archive when they are first requested. */
package dev.kinebeam.coreapi.recording;
