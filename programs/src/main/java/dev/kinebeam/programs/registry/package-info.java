/**
 * The commands that enter organizations, people, care links and consents, which must exist before
 * the first event.
 */
package dev.kinebeam.programs.registry;
