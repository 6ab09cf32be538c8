/** The identity provider that people sign in at, and the Core API's own signed tokens. */
@org.jspecify.annotations.NullMarked
package dev.kinebeam.coreapi.identity;
