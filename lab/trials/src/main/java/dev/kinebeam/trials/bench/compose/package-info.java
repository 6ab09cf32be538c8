/** The bench of composing, beside ffmpeg. */
package dev.kinebeam.trials.bench.compose;
