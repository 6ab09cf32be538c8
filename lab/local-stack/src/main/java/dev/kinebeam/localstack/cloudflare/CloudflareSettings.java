package dev.kinebeam.localstack.cloudflare;

import java.nio.file.Path;

/**
 * What the stand-in is run with. Signing keys and the address of notifications are set through its
 * API, as at the real service.
 *
 * @param port on 127.0.0.1; 0 = any free one
 * @param dataDir where videos and their state are kept
 * @param account the one account that it knows
 * @param apiToken what API calls must carry
 */
public record CloudflareSettings(int port, Path dataDir, String account, String apiToken) {
  @Override
  public String toString() {
    return "CloudflareSettings[port=%d, dataDir=%s, account=%s]".formatted(port, dataDir, account);
  }
}
