/** The commands of the local stack. */
package dev.kinebeam.localstack.cli;
