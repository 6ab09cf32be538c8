/**
 * A stand-in for Bunny Stream that speaks its protocol: takes uploads, makes HLS by copying packets
 * without encoding again, checks signed addresses, sends webhooks, and misbehaves on demand. It
 * shares no code with the client or with our own host.
 */
package dev.kinebeam.localstack.bunny;
