package dev.kinebeam.render.job;

import java.io.Serializable;
import java.time.Duration;
import javax.sql.DataSource;

/** Opens the tools on whichever worker a step runs; equal toolboxes share them within a JVM. */
public interface Toolbox extends Serializable {
  RenderTools open();

  /** The bundles alone, without the other tools. */
  BundleListings openListings();

  /** Makes connections to the catalogue's database, one whenever it is asked. */
  DataSource dataSource();

  /**
   * The longest that one order may keep the job's steps busy, all of them together: what a
   * checkpoint may have to wait for.
   */
  Duration longestOrder();
}
