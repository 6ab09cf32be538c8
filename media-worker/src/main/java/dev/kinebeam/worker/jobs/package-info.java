/** Recurring tasks, run by a scheduler whose table is in the database. */
package dev.kinebeam.worker.jobs;
