/** What was refused anywhere, counted for those who watch. */
package dev.kinebeam.coreapi.deadletters;
