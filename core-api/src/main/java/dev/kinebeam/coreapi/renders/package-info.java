/** Orders of renders by people, look-ups of what became of them, and their events. */
package dev.kinebeam.coreapi.renders;
