/**
 * S3, or anything that speaks its API, behind one class: filming primitives, mezzanines, archive
 * and recordings.
 */
package dev.kinebeam.objectstore;
