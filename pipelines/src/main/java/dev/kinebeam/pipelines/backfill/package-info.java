/** Session rows that are computed again from the archive, or compared with the tables. */
package dev.kinebeam.pipelines.backfill;
