/** Subscriptions to webhooks and the log of their deliveries. */
package dev.kinebeam.coreapi.webhooks;
