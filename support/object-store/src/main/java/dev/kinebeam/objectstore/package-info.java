/**
 * The object store: filming primitives, and later the archive, in S3 or anything that speaks its
 * API.
 */
package dev.kinebeam.objectstore;
