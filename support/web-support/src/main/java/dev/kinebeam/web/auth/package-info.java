/** Tokens: their keys, their checks, and the caller that they name. */
package dev.kinebeam.web.auth;
