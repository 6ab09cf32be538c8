/** The machine's own Chromium. */
package dev.kinebeam.trials.browser;
