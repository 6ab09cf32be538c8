/** Where a batch's orders come from, and what they will cost. */
package dev.kinebeam.render.orders;
