/**
 * Consents, exercises, renders, claims and hosted videos in PostgreSQL, and how programs connect to
 * it.
 */
package dev.kinebeam.catalog.db;
