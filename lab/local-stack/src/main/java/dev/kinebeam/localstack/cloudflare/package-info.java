/**
 * A stand-in for Cloudflare Stream that speaks its protocol: fetches videos by HEAD and ranges of
 * GET, takes uploads by tus, makes HLS by copying packets without encoding again, issues signing
 * keys and checks tokens, sends signed notifications, and misbehaves on demand. It shares no code
 * with the client.
 */
package dev.kinebeam.localstack.cloudflare;
