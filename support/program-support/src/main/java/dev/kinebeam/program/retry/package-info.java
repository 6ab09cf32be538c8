/** Transient failures and the policy by which they are retried. */
package dev.kinebeam.program.retry;
