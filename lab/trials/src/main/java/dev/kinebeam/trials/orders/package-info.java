/** Orders of renders, and players of them, while the services fail: {@code drill order}. */
package dev.kinebeam.trials.orders;
