package dev.kinebeam.render.job;

import java.io.Serializable;

/** Opens the tools on whichever worker a step runs; equal toolboxes share them within a JVM. */
public interface Toolbox extends Serializable {
  RenderTools open();
}
