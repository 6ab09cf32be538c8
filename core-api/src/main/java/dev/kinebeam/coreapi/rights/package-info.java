/** Who reaches which patients, and the audit log of who did. */
package dev.kinebeam.coreapi.rights;
