package dev.kinebeam.programs.process;

import java.util.Locale;

/** The programs that log in to the database, each with the rights it needs and no more. */
public enum ProgramRole {
  GATEWAY("kb_gateway", "kinebeam_gateway"),
  CORE_API("kb_core_api", "kinebeam_core_api"),
  /** The Core API's second login, for administrators, and that of {@code catalog import}. */
  ADMIN("kb_admin", "kinebeam_admin"),
  PIPELINE("kb_pipeline", "kinebeam_pipeline"),
  RENDER("kb_render", "kinebeam_render"),
  WORKER("kb_worker", "kinebeam_worker"),
  MAINTENANCE("kb_maintenance", "kinebeam_maintenance"),
  REGISTRY("kb_registry", "kinebeam_registry");

  private final String user;
  private final String group;

  ProgramRole(String user, String group) {
    this.user = user;
    this.group = group;
  }

  /** How its environment file is called, without the ending. */
  public String fileName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The login role. */
  public String user() {
    return user;
  }

  /** The role that holds the rights; made by the migrations. */
  public String group() {
    return group;
  }
}
