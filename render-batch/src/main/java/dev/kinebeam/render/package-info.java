/** The render job's program and its options. */
package dev.kinebeam.render;
