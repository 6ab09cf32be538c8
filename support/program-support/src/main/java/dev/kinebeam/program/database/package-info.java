/** Connection settings of PostgreSQL and the exception that says it is unavailable. */
package dev.kinebeam.program.database;
