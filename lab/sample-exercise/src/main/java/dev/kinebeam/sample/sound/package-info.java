/** What the sample sounds like: breath, and a bell for each count. */
package dev.kinebeam.sample.sound;
