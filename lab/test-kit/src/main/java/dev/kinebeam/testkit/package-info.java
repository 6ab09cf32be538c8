/** Real services that the tests of several modules share. Never shipped. */
package dev.kinebeam.testkit;
