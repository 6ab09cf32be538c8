/** The pictures of docs/images. */
package dev.kinebeam.trials.pictures;
