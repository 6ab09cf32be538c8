/** What patients see of the catalogue. */
package dev.kinebeam.coreapi.portal;
