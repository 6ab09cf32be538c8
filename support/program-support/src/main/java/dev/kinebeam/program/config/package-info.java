/** How programs read their configuration. */
package dev.kinebeam.program.config;
