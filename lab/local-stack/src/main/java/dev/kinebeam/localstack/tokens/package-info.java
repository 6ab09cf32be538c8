/** Tokens for development, signed with the local stack's key. */
package dev.kinebeam.localstack.tokens;
