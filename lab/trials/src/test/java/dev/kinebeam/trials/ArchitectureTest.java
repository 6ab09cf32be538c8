package dev.kinebeam.trials;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.library.Architectures;
import dev.kinebeam.programs.process.ProjectHome;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md, read from the byte code and the POM of every module. */
class ArchitectureTest {
  private static final JavaClasses OURS = OurClasses.withoutTests();

  /**
   * A module, the root of its packages, and the modules that it may use; of these it may also use
   * what they may use, as Maven resolves it. All may use {@code program-support}.
   */
  private record Module(String name, String root, List<String> mayUse) {
    Module(String name, String root, String... mayUse) {
      this(name, root, List.of(mayUse));
    }
  }

  private static final List<Module> PRODUCT =
      List.of(
          new Module("schemas", "schemas"),
          new Module("program-support", "program", "schemas"),
          new Module("object-store", "objectstore", "schemas"),
          new Module("event-archive", "eventarchive", "object-store"),
          new Module("beam-support", "beam", "object-store"),
          new Module("web-support", "web", "schemas"),
          new Module("media-catalog", "catalog", "object-store"),
          new Module("composer", "composer", "object-store"),
          new Module("ingest-gateway", "gateway", "web-support", "media-catalog"),
          new Module("core-api", "coreapi", "web-support", "media-catalog", "event-archive"),
          new Module("media-worker", "worker", "media-catalog", "event-archive"),
          new Module("video-host", "videohost", "web-support", "media-catalog", "composer"),
          new Module("pipelines", "pipelines", "beam-support", "event-archive", "media-catalog"),
          new Module("render-batch", "render", "beam-support", "media-catalog", "composer"),
          new Module(
              "programs",
              "programs",
              "ingest-gateway",
              "core-api",
              "media-worker",
              "video-host",
              "pipelines",
              "render-batch"));

  private static final List<Module> LABORATORY =
      List.of(
          new Module("sample-exercise", "sample", "schemas"),
          new Module("local-stack", "localstack", "programs"),
          new Module("trials", "trials", "local-stack", "sample-exercise"));

  private static final Map<String, Module> MODULES =
      Stream.of(PRODUCT, LABORATORY)
          .flatMap(List::stream)
          .collect(toMap(Module::name, identity(), (a, b) -> a, LinkedHashMap::new));

  private static Set<String> allowed(Module module) {
    Set<String> names = new LinkedHashSet<>();
    for (String used : module.mayUse()) {
      names.add(used);
      names.addAll(allowed(MODULES.get(used)));
    }
    if (!module.name().equals("schemas")) {
      names.add("program-support");
      names.add("schemas");
    }
    names.remove(module.name());
    return names;
  }

  @Test
  void everyModuleIsSeen() {
    Set<String> roots = new TreeSet<>();
    OURS.forEach(type -> roots.add(type.getPackageName().split("\\.", -1)[2]));
    assertThat(roots)
        .containsExactlyInAnyOrderElementsOf(MODULES.values().stream().map(Module::root).toList());
  }

  @Test
  void modulesUseOnlyWhatTheirArrowsAllow() {
    Architectures.LayeredArchitecture layers =
        layeredArchitecture().consideringOnlyDependenciesInAnyPackage("dev.kinebeam..");
    for (Module module : MODULES.values()) {
      layers = layers.layer(module.name()).definedBy("dev.kinebeam." + module.root() + "..");
    }
    for (Module module : MODULES.values()) {
      String[] allowed = allowed(module).toArray(String[]::new);
      layers =
          allowed.length == 0
              ? layers.whereLayer(module.name()).mayNotAccessAnyLayer()
              : layers.whereLayer(module.name()).mayOnlyAccessLayers(allowed);
    }
    layers.check(OURS);
  }

  @Test
  void pomsDeclareOnlyWhatTheArrowsAllow() throws Exception {
    Map<String, Pom> poms = Pom.ofEveryModule(ProjectHome.folder());
    assertThat(poms).containsKeys(MODULES.keySet().toArray(String[]::new));
    for (Module module : MODULES.values()) {
      assertThat(poms.get(module.name()).shipped())
          .as("modules that %s names outside test scope", module.name())
          .isSubsetOf(allowed(module));
    }
  }

  /** What is shipped may be tested with the laboratory's tools and contains none of them. */
  @Test
  void noProductNamesALaboratoryModuleOutsideItsTests() throws Exception {
    Map<String, Pom> poms = Pom.ofEveryModule(ProjectHome.folder());
    Set<String> laboratory =
        poms.values().stream()
            .filter(Pom::isInLaboratory)
            .map(Pom::name)
            .collect(Collectors.toSet());
    assertThat(laboratory).contains("local-stack", "trials", "sample-exercise", "test-kit");
    assertThat(poms.values())
        .filteredOn(pom -> !pom.isInLaboratory())
        .hasSizeGreaterThanOrEqualTo(PRODUCT.size())
        .allSatisfy(
            pom ->
                assertThat(pom.shipped())
                    .as("modules that the product module %s names outside test scope", pom.name())
                    .doesNotContainAnyElementsOf(laboratory));
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
    // The bench compares with Jetty itself.
    onlyIn("org.eclipse.jetty..", "dev.kinebeam.web.http..", "dev.kinebeam.trials.bench.order..");
    onlyIn(
        "com.nimbusds..",
        "dev.kinebeam.web.auth..",
        "dev.kinebeam.coreapi.identity..",
        "dev.kinebeam.localstack.cloudflare..",
        "dev.kinebeam.localstack.tokens..");
    onlyIn(
        "org.bytedeco..",
        "dev.kinebeam.composer.libav..",
        "dev.kinebeam.sample.libav..",
        "dev.kinebeam.localstack.bunny..",
        "dev.kinebeam.localstack.standin..");
    onlyIn("software.amazon..", "dev.kinebeam.objectstore..", "dev.kinebeam.beam.files..");
    onlyIn("org.apache.beam.runners..", "dev.kinebeam.beam.flink..", "dev.kinebeam.beam.direct..");
    onlyIn("com.zaxxer..", "dev.kinebeam.catalog.db..");
    onlyIn("org.flywaydb..", "dev.kinebeam.catalog.db..", "dev.kinebeam.localstack.services..");
    onlyIn(
        "com.github.kagkarlsson..",
        "dev.kinebeam.catalog.personal..",
        "dev.kinebeam.worker.jobs..",
        "dev.kinebeam.worker.personal..");
    onlyIn(
        "io.micrometer..",
        "dev.kinebeam.gateway..",
        "dev.kinebeam.coreapi",
        "dev.kinebeam.coreapi.deadletters..",
        "dev.kinebeam.coreapi.providers..",
        "dev.kinebeam.web.server..");
    onlyIn(
        "com.sun.net.httpserver..",
        "dev.kinebeam.program.observability..",
        "dev.kinebeam.localstack.bunny..",
        "dev.kinebeam.localstack.cloudflare..",
        "dev.kinebeam.localstack.standin..",
        "dev.kinebeam.trials.bulk..",
        "dev.kinebeam.trials.orders..");
  }

  /**
   * Jdbi runs the product's statements; Beam's JdbcIO hands its own to whoever sets parameters, and
   * Jdbi costs too much for those of MergeTable.
   */
  @Test
  void statementsAreNotWrittenByHand() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.kinebeam.render.orders..", "dev.kinebeam.localstack..", "dev.kinebeam.trials..")
        .and()
        .doNotHaveFullyQualifiedName("dev.kinebeam.beam.MergeTable")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Statement.class)
        .check(OURS);
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
