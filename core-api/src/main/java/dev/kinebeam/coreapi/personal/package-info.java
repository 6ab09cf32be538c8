/** Exercise videos that therapists record for single patients, over HTTP. */
package dev.kinebeam.coreapi.personal;
