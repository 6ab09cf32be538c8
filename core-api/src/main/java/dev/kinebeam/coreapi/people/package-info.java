/**
 * Organizations, their people, care links and features, and what patients decide for themselves.
 */
package dev.kinebeam.coreapi.people;
