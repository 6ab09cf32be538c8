/**
 * The commands that enter organizations, people and consents, which must exist before the first
 * event.
 */
package dev.kinebeam.programs.registry;
