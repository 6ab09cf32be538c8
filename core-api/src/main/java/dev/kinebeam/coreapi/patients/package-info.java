/**
 * A therapist's patients: who had trouble with the videos and why, what they were prescribed and
 * how much of it they did. What belongs to one session is in {@code clinic}.
 */
package dev.kinebeam.coreapi.patients;
