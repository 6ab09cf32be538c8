/**
 * Events of players: their types and fields, the parser that corrects or refuses them, the records
 * of {@code media-events} and dead letters.
 */
package dev.kinebeam.schemas.event;
