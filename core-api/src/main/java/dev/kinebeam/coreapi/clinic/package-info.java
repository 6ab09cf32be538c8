/**
 * The clinic's questions (video health, drop-off, sessions and their details), answered under
 * row-level security.
 */
package dev.kinebeam.coreapi.clinic;
