/**
 * The commands for media on files: {@code bundle prepare}, {@code bundle check} and {@code
 * compose}.
 */
package dev.kinebeam.programs.media;
