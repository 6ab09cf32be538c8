/** Programs of the product as processes, started and watched by demo, drills and benches. */
package dev.kinebeam.trials.servers;
