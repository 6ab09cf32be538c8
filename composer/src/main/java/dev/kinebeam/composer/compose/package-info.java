/**
 * Renders made by copying mezzanines' packets beside one newly encoded sound track, into an MP4
 * whose index comes first.
 */
package dev.kinebeam.composer.compose;
