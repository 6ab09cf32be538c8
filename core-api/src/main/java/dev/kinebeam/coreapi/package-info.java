/** The Core API: its main class, configuration and routes. */
package dev.kinebeam.coreapi;
