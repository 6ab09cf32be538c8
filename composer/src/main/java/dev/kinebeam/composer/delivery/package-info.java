/** From what a filming team hands over to a bundle: names read, voice-overs taken out, synced. */
package dev.kinebeam.composer.delivery;
