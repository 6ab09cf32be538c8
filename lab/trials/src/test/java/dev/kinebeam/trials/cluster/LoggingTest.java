package dev.kinebeam.trials.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.programs.cluster.ClassPaths;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The programs of {@code ./kinebeam} share one class path, and a cluster's processes have a part of
 * it: in both, slf4j must find one binding, and that must be log4j's.
 */
class LoggingTest {
  private static final String PROVIDER = "META-INF/services/org.slf4j.spi.SLF4JServiceProvider";
  private static final String LOG4J = "org.apache.logging.slf4j.Log4jLoggerFactory";

  @Test
  void theProgramsLogThroughLog4j() throws Exception {
    assertThat(LoggerFactory.getILoggerFactory().getClass().getName()).isEqualTo(LOG4J);
    assertOneBinding(getClass().getClassLoader());
  }

  @Test
  void theClustersProcessesLogThroughLog4j() throws Exception {
    List<URL> jars = new ArrayList<>();
    for (String jar : ClassPaths.ofCluster().split(File.pathSeparator, -1)) {
      jars.add(Path.of(jar).toUri().toURL());
    }
    try (URLClassLoader cluster =
        new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Class<?> factory = cluster.loadClass("org.slf4j.LoggerFactory");
      assertThat(factory).isNotSameAs(LoggerFactory.class);
      Object bound = factory.getMethod("getILoggerFactory").invoke(null);
      assertThat(bound.getClass().getName()).isEqualTo(LOG4J);
      assertOneBinding(cluster);
    }
  }

  /** The second name is that of slf4j 1.7, whose bindings are ignored without an error. */
  private static void assertOneBinding(ClassLoader loader) throws Exception {
    assertThat(Collections.list(loader.getResources(PROVIDER))).hasSize(1);
    assertThat(loader.getResource("org/slf4j/impl/StaticLoggerBinder.class")).isNull();
  }
}
