package dev.kinebeam.trials.pictures;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.programs.process.ProjectHome;
import dev.kinebeam.trials.browser.Chromium;
import dev.kinebeam.trials.pages.PagesStage;
import dev.kinebeam.trials.pages.Visitor;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam pictures}: one picture per audience, for the README. */
@Command(
    name = "pictures",
    mixinStandardHelpOptions = true,
    description = {
      "Photographs the pages of patients, therapists and clinics for docs/images.",
      "With --url on a running demo; otherwise on the demo's clinics without its jobs."
    })
public final class PicturesCommand implements Callable<Integer> {
  private static final long LARGEST_BYTES = 250_000;
  private static final int DRAWN_MS = 1_500;
  private static final int WIDTH = 1280;

  /** Until the cursor is at a stall. */
  private static final int MOMENTS = 2;

  private static final Chromium.Look DESKTOP = new Chromium.Look(WIDTH, 860, false);

  @Spec private CommandSpec spec;

  @Option(names = "--url", paramLabel = "URL", description = "The Core API of a running demo.")
  private URI url;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where the pictures go. Default: docs/images beside ./kinebeam")
  private Path dir;

  @Override
  public Integer call() throws IOException, SQLException {
    Path into = dir == null ? ProjectHome.folder().resolve("docs/images") : dir;
    Files.createDirectories(into);
    if (url != null) {
      return photograph(url, into);
    }
    Path folder = Files.createTempDirectory("pictures");
    try (PagesStage stage = PagesStage.start(folder, line -> out().println("  " + line))) {
      return photograph(stage.address(), into);
    } finally {
      Folders.delete(folder);
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private int photograph(URI address, Path into) throws IOException {
    int tooLarge = 0;
    try (Chromium chromium = Chromium.start()) {
      Visitor patient = visitor(chromium, address, "patient");
      patient.page().setViewportSize(WIDTH, 660);
      patient.open("/patient");
      tooLarge += picture(patient, into, "patient");
      Visitor therapist = visitor(chromium, address, "specialist");
      therapist.open("/therapist");
      tooLarge += picture(therapist, into, "therapist");
      therapist.page().setViewportSize(WIDTH, 1180);
      therapist.open("/session?id=" + session(therapist));
      Locator axis = therapist.page().getByRole(AriaRole.SLIDER).first();
      for (int i = 0; i < MOMENTS; i++) {
        axis.press("PageDown");
      }
      tooLarge += picture(therapist, into, "session");
      Visitor clinic = visitor(chromium, address, "clinic_admin");
      clinic.page().setViewportSize(WIDTH, 1000);
      clinic.open("/clinic?range=28");
      tooLarge += picture(clinic, into, "clinic");
    }
    return tooLarge == 0 ? 0 : 1;
  }

  private static Visitor visitor(Chromium chromium, URI address, String role) throws IOException {
    Page page = chromium.page(DESKTOP);
    Visitor.Card card =
        Visitor.find(Visitor.cards(page, address), role, PagesStage.CLINIC.name())
            .orElseThrow(() -> new IOException("there is no card of a " + role));
    return Visitor.signedIn(page, address, card, "en");
  }

  /** The newest with stalls of a patient whose videos often stall. */
  private static String session(Visitor therapist) throws IOException {
    for (JsonNode patient : therapist.get("/v1/patients?reason=stalling").path("patients")) {
      String sessions =
          "/v1/patients/" + patient.path("patient_id").asText() + "/sessions?only=stalled&limit=1";
      JsonNode found = therapist.get(sessions).at("/sessions/0/session_id");
      if (!found.isMissingNode()) {
        return found.asText();
      }
    }
    throw new IOException("no patient has a session with a stall");
  }

  private int picture(Visitor visitor, Path into, String name) throws IOException {
    visitor.page().waitForTimeout(DRAWN_MS); // charts and posters are drawn after the content
    Path file = into.resolve(name + ".png");
    visitor.page().screenshot(new Page.ScreenshotOptions().setPath(file));
    long bytes = Files.size(file);
    out().printf("%-12s %s, %d kB%n", name, file, bytes / 1000);
    out().flush();
    return bytes <= LARGEST_BYTES ? 0 : 1;
  }
}
