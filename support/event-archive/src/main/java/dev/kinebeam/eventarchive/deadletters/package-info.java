/** Dead letters: reading them, checking them with the present parser, sending again what passes. */
package dev.kinebeam.eventarchive.deadletters;
