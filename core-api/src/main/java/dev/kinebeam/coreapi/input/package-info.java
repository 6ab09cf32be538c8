/** Reading requests' bodies. */
package dev.kinebeam.coreapi.input;
