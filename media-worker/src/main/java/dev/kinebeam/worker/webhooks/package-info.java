/** Webhooks: signed messages to the addresses that subscribed to events. */
package dev.kinebeam.worker.webhooks;
