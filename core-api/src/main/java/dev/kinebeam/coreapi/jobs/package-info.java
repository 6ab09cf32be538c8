/** What the media workers do, for the console. */
package dev.kinebeam.coreapi.jobs;
