/**
 * Video hosts behind one interface: where composed videos are uploaded, transcoded and played from.
 */
package dev.kinebeam.catalog.host;
