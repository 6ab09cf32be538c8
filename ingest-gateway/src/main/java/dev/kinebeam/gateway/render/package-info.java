/** Orders of renders over HTTP, and look-ups of what became of them. */
package dev.kinebeam.gateway.render;
