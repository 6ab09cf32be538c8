/** Server-sent events of numbered changes. */
package dev.kinebeam.coreapi.streams;
