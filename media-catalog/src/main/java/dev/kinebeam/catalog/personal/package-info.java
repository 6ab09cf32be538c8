/** Exercise videos that therapists record for single patients: their rows, states and task. */
package dev.kinebeam.catalog.personal;
