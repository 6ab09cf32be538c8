package dev.kinebeam.catalog.curation;

import dev.kinebeam.catalog.db.AuditActor;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Who changes the catalogue.
 *
 * @param organisation whose own exercises they are; empty for the platform, whose exercises are for
 *     all
 * @param actor whom the audit log names
 */
public record Curator(Optional<UUID> organisation, String actor) {
  /** Has the audit log name the curator for the rest of this transaction. */
  void sign(Handle handle) {
    AuditActor.set(handle, actor);
  }
}
