/** The ingest gateway: its main class, configuration, metrics and routes. */
package dev.kinebeam.gateway;
