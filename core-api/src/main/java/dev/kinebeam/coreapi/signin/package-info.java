/**
 * Signing in: sessions of browsers, the identity provider, and in development the people of the
 * database.
 */
@org.jspecify.annotations.NullMarked
package dev.kinebeam.coreapi.signin;
