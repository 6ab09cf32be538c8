/** From the order of a render to its picture, and what the video host serves. */
package dev.kinebeam.trials.bench.order;
