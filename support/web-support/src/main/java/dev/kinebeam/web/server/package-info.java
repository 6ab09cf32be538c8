/** What the mains of HTTP services share: flags, listening address and metrics of requests. */
package dev.kinebeam.web.server;
