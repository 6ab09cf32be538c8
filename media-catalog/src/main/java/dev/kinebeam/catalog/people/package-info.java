/**
 * Organizations, their people, who treats whom, what patients agree to, and what is kept of one of
 * them.
 */
package dev.kinebeam.catalog.people;
