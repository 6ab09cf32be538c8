package dev.kinebeam.trials;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The byte code of every module on the class path. */
final class OurClasses {
  private OurClasses() {}

  /**
   * Without tests, be they in folders or in the JARs of them that other modules' tests use, and
   * without the tools of tests.
   */
  static JavaClasses withoutTests() {
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .withImportOption(location -> !location.contains("-tests.jar"))
        .withImportOption(location -> !location.contains("/dev/kinebeam/testkit/"))
        .importPackages("dev.kinebeam");
  }
}
