/** The services that host videos: their credentials, and what they report. */
package dev.kinebeam.coreapi.providers;
