/**
 * Curating the catalogue: what people enter of exercises, their life from draft to archive, the
 * vocabulary, publishing, merging and importing. The decisions are in pure classes: {@link
 * dev.kinebeam.catalog.curation.Lifecycle}, {@link dev.kinebeam.catalog.curation.ContentReader}.
 */
package dev.kinebeam.catalog.curation;
