/** Checks of a bundle by pure rules, and the findings that a filming team gets. */
package dev.kinebeam.composer.check;
