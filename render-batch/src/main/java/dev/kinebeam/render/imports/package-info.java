/**
 * The import of whole videos from an older library: a table of them in, hosted videos and rows out.
 * Each row is done by itself, and done again it changes nothing.
 */
package dev.kinebeam.render.imports;
