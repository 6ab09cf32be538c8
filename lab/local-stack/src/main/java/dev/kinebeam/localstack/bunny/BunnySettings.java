package dev.kinebeam.localstack.bunny;

import dev.kinebeam.schemas.Masked;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a video host is run with.
 *
 * @param port on 127.0.0.1; 0 = any free one
 * @param dataDir where videos and their state are kept
 * @param libraryId the one library it holds
 * @param apiKey what API calls must carry
 * @param readOnlyKey signs webhooks
 * @param tokenKey players' addresses must be signed with it; empty = everybody may play
 * @param webhook where status changes are announced; empty = nowhere
 */
public record BunnySettings(
    int port,
    Path dataDir,
    long libraryId,
    String apiKey,
    String readOnlyKey,
    Optional<String> tokenKey,
    Optional<URI> webhook) {
  @Override
  public String toString() {
    return "BunnySettings[port=%d, dataDir=%s, libraryId=%d, signed=%b, webhook=%s]"
        .formatted(port, dataDir, libraryId, tokenKey.isPresent(), webhook.map(Masked::address));
  }
}
