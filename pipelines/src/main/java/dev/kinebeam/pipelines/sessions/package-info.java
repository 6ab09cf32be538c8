/** A session's events merged into one row, its waits and errors, and the tables that take them. */
package dev.kinebeam.pipelines.sessions;
