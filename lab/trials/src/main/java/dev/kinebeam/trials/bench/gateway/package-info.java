/** The bench of the gateway, beside Kafka's own producer benchmark. */
package dev.kinebeam.trials.bench.gateway;
