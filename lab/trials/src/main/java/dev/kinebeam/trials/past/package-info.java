/** Three weeks of the demo's clinics before the demo began, for pages that show more than now. */
package dev.kinebeam.trials.past;
