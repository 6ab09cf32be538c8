/** What a filming team is told about a bundle. */
package dev.kinebeam.render.check;
