package dev.kinebeam.coreapi.signin;

/**
 * How people sign in. Printing it shows no secret.
 *
 * @param development whether everyone may sign in as any person of the database, for machines of
 *     developers and demonstrations
 */
public record SignInConfig(boolean development) {}
