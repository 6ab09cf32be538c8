/**
 * Credentials of the services that host videos: encrypted rows of the database, or else variables
 * of the environment.
 */
package dev.kinebeam.catalog.credentials;
