package dev.kinebeam.trials.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import dev.kinebeam.trials.browser.Chromium;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The inbox, the thresholds and the page of an exercise, as two people of a clinic use them. */
@Tag("browser")
class ClinicActionsIT {
  private static PagesHarness harness;

  @BeforeAll
  static void start() throws Exception {
    harness = PagesHarness.start();
  }

  @AfterAll
  static void stop() {
    harness.close();
  }

  private static UUID opened(String subject) {
    UUID id = UUID.randomUUID();
    harness
        .owner()
        .useHandle(
            handle ->
                handle.execute(
                    """
                    INSERT INTO automations
                      (automation_id, org_id, rule, subject, title, opened_at, evidence)
                    VALUES (?, ?, 'content_quality', ?, 'Content quality issue', now(),
                      '{"n":18,"affected":5,"share":0.278,"lower_bound":0.125,"threshold":0.1}')
                    """,
                    id,
                    SmallClinic.AURORA,
                    subject));
    return id;
  }

  private static void act(UUID id, String change) {
    harness
        .owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE automations SET " + change + " WHERE automation_id = ?", id));
  }

  private static void click(Page page, String button) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button).setExact(true))
        .click();
  }

  private static void until(Page page, String selector, String text) {
    Chromium.until(
        page,
        "[...document.querySelectorAll('"
            + selector
            + "')].some(node => node.textContent.includes('"
            + text
            + "'))");
  }

  @Test
  void anAlertIsActedOnAndEveryTabAgrees() {
    String media =
        harness
            .owner()
            .withHandle(
                handle ->
                    handle
                        .select("SELECT media_id FROM exercises WHERE slug = 'ankle-mobility'")
                        .mapTo(String.class)
                        .one());
    UUID id = opened(media);
    Page mine = harness.signIn(SmallClinic.ENGLISH_ADMIN);
    List<String> complaints = PagesHarness.complaintsOf(mine);
    harness.open(mine, "/clinic/inbox?id=" + id);
    Page other = harness.open(SmallClinic.ENGLISH_SPECIALIST, "/clinic/inbox?id=" + id);
    until(mine, ".evidence-list", "27.8");
    mine.locator(".inbox-item").first().focus();
    mine.keyboard().press("ArrowDown");
    assertThat(Looks.faults(mine, "inbox")).isEmpty();

    click(mine, "Acknowledge");
    until(mine, ".inbox-head .chip", "Acknowledged");
    until(other, ".inbox-head .chip", "Acknowledged");
    until(other, ".notice", SmallClinic.ENGLISH_ADMIN.name());
    click(mine, "Undo");
    until(other, ".inbox-head .chip", "Open");
    click(mine, "Yes");
    until(mine, ".feedback", "1 yes, 0 no");
    UUID late = opened("late");
    until(other, ".inbox-item", "late");
    assertThat(late).isNotEqualTo(id);
    assertThat(complaints).isEmpty();
    mine.close();
    other.close();
  }

  @Test
  void whoeverComesSecondIsToldAndNothingIsDone() {
    UUID id = opened("conflict");
    Page page = harness.signIn(SmallClinic.ENGLISH_ADMIN);
    page.route("**/v1/automations/stream", Route::abort);
    harness.open(page, "/clinic/inbox?id=" + id);
    act(id, "state = 'acknowledged', acted_by = '" + SmallClinic.ADMIN.id() + "'");
    click(page, "Snooze");
    click(page, "For one hour");
    until(page, ".toast", "another person changed this alert");
    until(page, ".inbox-head .chip", "Acknowledged");
    until(page, ".notice", SmallClinic.ADMIN.name());
    page.close();
  }

  @Test
  void anEmptyInboxAndOneThatCannotBeReadSayWhatToDo() {
    Page page = harness.open(SmallClinic.ENGLISH_ADMIN, "/clinic/inbox?state=snoozed");
    assertThat(Looks.faults(page, "inbox-empty")).isEmpty();
    harness.open(page, "/clinic/inbox?id=" + UUID.randomUUID());
    page.waitForSelector(".state.failed");
    assertThat(Looks.faults(page, "inbox-missing")).isEmpty();
    page.close();
    Page patient = harness.open(SmallClinic.EMILY, "/clinic/inbox");
    assertThat(patient.locator("main").innerText()).contains("This page is not for you");
    assertThat(Looks.faults(patient, "inbox-not-allowed")).isEmpty();
    patient.close();
  }

  @Test
  void thresholdsAreTriedBeforeTheyAreSavedAndADraftOutlivesTheSession() {
    Page page = harness.signIn(SmallClinic.ENGLISH_ADMIN);
    harness.open(page, "/clinic/thresholds");
    page.waitForSelector(".rule-total");
    assertThat(Looks.faults(page, "thresholds")).isEmpty();
    page.locator("#field-cdn_issue-threshold").fill("150");
    until(page, "aside .notice", "must be over 0 and under 100");
    click(page, "Save");
    page.waitForSelector(".error-summary");
    assertThat(Looks.faults(page, "thresholds-wrong")).isEmpty();

    page.locator("#field-cdn_issue-threshold").fill("1");
    Chromium.until(page, "!document.querySelector('aside .notice.warn')");
    page.context().clearCookies();
    click(page, "Save");
    until(page, "dialog", "You have been signed out");
    harness.signIn(page, SmallClinic.ENGLISH_ADMIN.id());
    click(page, "I have signed in: continue");
    until(page, ".toast", "Saved");
    harness.open(page, "/clinic/thresholds");
    assertThat(page.locator("#field-cdn_issue-threshold").inputValue()).isEqualTo("1");
    page.close();
  }

  @Test
  void aDraftDoesNotOverwriteWhatWasSavedAfterIt() {
    Page page = harness.open(SmallClinic.ENGLISH_ADMIN, "/clinic/thresholds");
    page.locator("#field-content_quality-threshold").fill("33");
    Page other = harness.open(SmallClinic.ENGLISH_ADMIN, "/clinic/thresholds");
    other.locator("#field-content_quality-threshold").fill("44");
    click(other, "Save");
    until(other, ".toast", "Saved");
    other.close();
    harness.open(page, "/clinic/thresholds");
    until(page, "form .notice", "Another person saved other thresholds");
    assertThat(page.locator("#field-content_quality-threshold").inputValue()).isEqualTo("33");
    click(page, "Save");
    page.waitForSelector(".error-summary");
    click(page, "Take the present ones");
    Chromium.until(
        page, "document.querySelector('#field-content_quality-threshold').value === '44'");
    page.close();
  }

  @Test
  void anAnswerThatComesLateDoesNotChangeTheAlertChosenMeanwhile() {
    UUID first = opened("acted on");
    UUID second = opened("looked at");
    Page page = harness.open(SmallClinic.ENGLISH_ADMIN, "/clinic/inbox?id=" + first);
    page.waitForSelector(".inbox-head .chip");
    click(page, "Acknowledge");
    page.waitForSelector(".notice .button");
    page.locator(".inbox-item[href*='" + second + "']").click();
    until(page, ".inbox-head", "looked at");
    click(page, "Undo");
    until(page, ".toast", "Open again");
    assertThat(page.locator(".inbox-head").innerText()).contains("looked at");
    page.close();
  }

  @Test
  void whereTheyStopIsReadAlongTheVideo() {
    String slug =
        harness
            .owner()
            .withHandle(
                handle ->
                    handle
                        .select(
                            "SELECT e.slug FROM exercises e JOIN media_session_metrics m"
                                + " ON m.media_id = e.media_id WHERE m.org_id = ?"
                                + " GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
                            SmallClinic.AURORA)
                        .mapTo(String.class)
                        .one());
    Page page = harness.signIn(SmallClinic.ENGLISH_SPECIALIST);
    List<String> complaints = PagesHarness.complaintsOf(page);
    harness.open(page, "/clinic/exercise?slug=" + slug);
    page.waitForSelector(".curve svg");
    page.getByRole(AriaRole.SLIDER).focus();
    page.keyboard().press("ArrowRight");
    until(page, ".curve-tip", "still there");
    assertThat(Looks.faults(page, "exercise")).isEmpty();
    assertThat(complaints)
        .as("there is no video host here, so that the preview cannot be loaded")
        .allMatch(complaint -> complaint.contains("ERR_UNSAFE_PORT"));
    page.close();
  }
}
