/** Orders of a batch (from a file or from the catalogue) and the estimate of their cost. */
package dev.kinebeam.render.orders;
