package dev.kinebeam.catalog.db;

import org.jdbi.v3.core.Handle;

/** Whom the audit log names for what triggers note. */
public final class AuditActor {
  private AuditActor() {}

  /** Has the audit log name {@code actor} for the rest of this transaction, not the login. */
  public static void set(Handle handle, String actor) {
    handle
        .createQuery("SELECT set_config('kinebeam.actor', :actor, true)")
        .bind("actor", actor)
        .mapTo(String.class)
        .one();
  }
}
