/** What processes that publish to one video host do one at a time. */
package dev.kinebeam.catalog.sharing;
