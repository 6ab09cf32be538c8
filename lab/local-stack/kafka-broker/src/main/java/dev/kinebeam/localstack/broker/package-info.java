/** A Kafka broker as a process of its own, on a class path of its own. */
package dev.kinebeam.localstack.broker;
