/**
 * What patients are prescribed: workouts whose videos are ordered when they are prescribed, and
 * that patients see when all of them are ready.
 */
package dev.kinebeam.coreapi.workouts;
