package dev.kinebeam.localstack.services;

import java.time.Duration;

/**
 * One running service.
 *
 * @param name {@code kafka}, {@code postgres}, {@code s3} or {@code bunny-stream}
 * @param version the version that the running server itself reports
 * @param port on 127.0.0.1
 * @param pid of its process (PostgreSQL: of the postmaster)
 * @param startedIn from the start of its process to its first answer
 */
public record ServiceReport(String name, String version, int port, long pid, Duration startedIn) {}
