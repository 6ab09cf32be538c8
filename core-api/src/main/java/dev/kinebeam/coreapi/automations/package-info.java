/** The clinic's inbox of automations, its feed, and the thresholds that raise them. */
package dev.kinebeam.coreapi.automations;
