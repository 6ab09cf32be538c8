/**
 * Retrying and polling: {@link dev.kinebeam.program.retry.RetryPolicy} says when, {@link
 * dev.kinebeam.program.retry.Retrier} repeats a call, {@link
 * dev.kinebeam.program.retry.RetryDelays} paces a loop, {@link
 * dev.kinebeam.program.retry.RetrySchedule} a loop that must not sleep.
 */
package dev.kinebeam.program.retry;
