/**
 * Contracts that every module shares: topics, alert defaults, JSON, identifiers, times and masked
 * addresses. No I/O.
 */
package dev.kinebeam.schemas;
