/** Entering organizations, people and consents: what has to be there before the first event. */
package dev.kinebeam.programs.registry;
