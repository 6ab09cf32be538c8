/** Simulated patients: behaviour, networks, devices, and events that are broken on purpose. */
package dev.kinebeam.trials.patients;
