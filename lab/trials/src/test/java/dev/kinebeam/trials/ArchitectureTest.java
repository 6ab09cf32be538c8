package dev.kinebeam.trials;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md, drawn from the byte code of every module. */
class ArchitectureTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.kinebeam");

  @Test
  void everyModuleIsSeen() {
    Set<String> modules = new TreeSet<>();
    OURS.forEach(type -> modules.add(type.getPackageName().split("\\.", -1)[2]));
    assertThat(modules)
        .containsExactlyInAnyOrder(
            "schemas",
            "observability",
            "sample",
            "beam",
            "catalog",
            "gateway",
            "pipelines",
            "render",
            "localstack");
  }

  @Test
  void modulesUseOnlyWhatTheirArrowsAllow() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.kinebeam..")
        .layer("schemas")
        .definedBy("dev.kinebeam.schemas..")
        .layer("observability")
        .definedBy("dev.kinebeam.program.observability..")
        .layer("sample-exercise")
        .definedBy("dev.kinebeam.sample..")
        .layer("beam-support")
        .definedBy("dev.kinebeam.beam..")
        .layer("media-catalog")
        .definedBy("dev.kinebeam.catalog..")
        .layer("ingest-gateway")
        .definedBy("dev.kinebeam.gateway..")
        .layer("pipelines")
        .definedBy("dev.kinebeam.pipelines..")
        .layer("render-batch")
        .definedBy("dev.kinebeam.render..")
        .layer("local-stack")
        .definedBy("dev.kinebeam.trials..")
        .whereLayer("schemas")
        .mayNotAccessAnyLayer()
        .whereLayer("observability")
        .mayNotAccessAnyLayer()
        .whereLayer("sample-exercise")
        .mayOnlyAccessLayers("schemas")
        .whereLayer("beam-support")
        .mayOnlyAccessLayers("schemas", "observability")
        .whereLayer("media-catalog")
        .mayOnlyAccessLayers("schemas", "observability")
        .whereLayer("ingest-gateway")
        .mayOnlyAccessLayers("schemas", "observability", "media-catalog")
        .whereLayer("pipelines")
        .mayOnlyAccessLayers("schemas", "observability", "beam-support", "media-catalog")
        .whereLayer("render-batch")
        .mayOnlyAccessLayers("schemas", "observability", "beam-support", "media-catalog")
        .check(OURS);
  }

  @Test
  void packagesFormNoCircles() {
    slices().matching("dev.kinebeam.(**)").should().beFreeOfCycles().check(OURS);
  }

  @Test
  void theContractsDoNoInputOrOutput() {
    noClasses()
        .that()
        .resideInAPackage("dev.kinebeam.schemas..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.nio.file..", "java.net.http..", "java.sql..", "javax.sql.."))
        .check(OURS);
  }

  @Test
  void oneVendorLivesInOnePackage() {
    onlyIn("spark..", "dev.kinebeam.web.http..");
    onlyIn("org.eclipse.jetty..", "dev.kinebeam.web.http..");
    onlyIn("com.nimbusds..", "dev.kinebeam.web.auth..", "dev.kinebeam.trials.patients..");
    onlyIn(
        "org.bytedeco..",
        "dev.kinebeam.composer.libav..",
        "dev.kinebeam.sample..",
        "dev.kinebeam.videohost..");
    onlyIn("software.amazon..", "dev.kinebeam.objectstore..");
    onlyIn(
        "org.jdbi..",
        "dev.kinebeam.catalog.db..",
        "dev.kinebeam.coreapi.automations..",
        "dev.kinebeam.coreapi.bandwidth..",
        "dev.kinebeam.coreapi.clinic..");
    onlyIn("io.micrometer..", "dev.kinebeam.gateway..");
    onlyIn(
        "com.sun.net.httpserver..",
        "dev.kinebeam.program.observability..",
        "dev.kinebeam.trials..");
  }

  private static void onlyIn(String vendor, String... homes) {
    noClasses()
        .that()
        .resideOutsideOfPackages(homes)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(vendor)
        .check(OURS);
  }

  @Test
  void doFnsAreNamedSoAndStayInside() {
    classes()
        .that()
        .areAssignableTo("org.apache.beam.sdk.transforms.DoFn")
        .should()
        .haveSimpleNameEndingWith("Fn")
        .andShould()
        .notBePublic()
        .check(OURS);
  }
}
