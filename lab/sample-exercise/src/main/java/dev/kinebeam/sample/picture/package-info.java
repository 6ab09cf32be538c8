/** What the sample looks like: a drawn figure on a mat, and the barcode that names each frame. */
package dev.kinebeam.sample.picture;
