package dev.kinebeam.programs.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that the build gave this module's jar. */
final class Version implements IVersionProvider {
  private static final String BUILT = "/META-INF/maven/dev.kinebeam/programs/pom.properties";

  @Override
  public String[] getVersion() throws IOException {
    Properties properties = new Properties();
    try (InputStream built = Version.class.getResourceAsStream(BUILT)) {
      if (built != null) {
        properties.load(built);
      }
    }
    return new String[] {
      "kinebeam " + properties.getProperty("version", "of a checkout that is not packaged")
    };
  }
}
