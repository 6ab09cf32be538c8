package dev.kinebeam.programs.process;

/** Which ports programs on this machine get. All of them listen on 127.0.0.1 only. */
public enum PortChoice {
  /** The usual port of each program; any free one in place of one that is in use. */
  USUAL_OR_FREE,
  /** Any free ones, so that many can run side by side. */
  FREE
}
