/**
 * Personal videos after their upload: copied to a video host, waited for, activated; and the
 * deletion of what no row names any more.
 */
package dev.kinebeam.worker.personal;
