/** What a render of the sample must be, and the tools that measure what it is. */
package dev.kinebeam.sample.proof;
