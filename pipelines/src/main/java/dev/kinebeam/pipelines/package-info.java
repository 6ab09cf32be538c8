/** The telemetry job: options, graph and submission. */
package dev.kinebeam.pipelines;
