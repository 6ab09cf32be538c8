package dev.kinebeam.trials.tasks;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.regex.Pattern;

/** What a patient comes for. */
final class PatientTasks {
  static final List<Task> ALL =
      List.of(
          new Task(Task.PATIENT, "begin a workout, leave, resume", PatientTasks::resume),
          new Task(Task.PATIENT, "do a workout to its end", PatientTasks::finish),
          new Task(Task.PATIENT, "find an exercise and play it", PatientTasks::library),
          new Task(Task.PATIENT, "change the consent", PatientTasks::consent));

  private static final String BEGIN = "^(Start|Continue|Do it again)";
  private static final String POSITION = "^Position in the video";
  private static final String PLAYS =
      "[...document.querySelectorAll('video')].some(v => !v.paused && v.currentTime > %s)";

  /** More than any workout has. */
  private static final int MOST_EXERCISES = 40;

  private PatientTasks() {}

  private static void resume(Hand hand) {
    hand.begin("/patient");
    hand.click(AriaRole.BUTTON, BEGIN);
    hand.until(PLAYS.formatted("3"));
    hand.click(AriaRole.LINK, "^Library");
    hand.click(AriaRole.LINK, "^Today");
    hand.click(AriaRole.BUTTON, "^Continue");
    hand.until(PLAYS.formatted("2"));
  }

  /**
   * Each exercise is played, and then its end is sought: watching it all is not the page's time.
   */
  private static void finish(Hand hand) {
    hand.begin("/patient");
    hand.click(AriaRole.BUTTON, BEGIN);
    for (int i = 0; i < MOST_EXERCISES && !hand.has(AriaRole.HEADING, "^Done for today"); i++) {
      hand.until(PLAYS.formatted("0.5"));
      Locator position = hand.the(AriaRole.SLIDER, POSITION);
      hand.press(position, "End");
      hand.until(
          "[...document.querySelectorAll('h2')].some(h => h.textContent.includes('Done for today'))"
              + " || [...document.querySelectorAll('button')]"
              + ".some(b => /Start now|Finish anyway/.test(b.textContent))");
      if (hand.has(AriaRole.BUTTON, "^Start now")) {
        hand.click(AriaRole.BUTTON, "^Start now");
      } else if (hand.has(AriaRole.BUTTON, "^Finish anyway")) {
        hand.click(AriaRole.BUTTON, "^Finish anyway");
      }
    }
    hand.see(AriaRole.HEADING, "^Done for today");
  }

  private static void library(Hand hand) {
    hand.begin("/patient");
    hand.click(AriaRole.LINK, "^Library");
    String first = hand.the(AriaRole.BUTTON, "^Play ").getAttribute("aria-label");
    String word = first.split("\\s+", -1)[1];
    hand.type(hand.the(AriaRole.SEARCHBOX, ""), word);
    hand.see(AriaRole.STATUS, "");
    hand.until("new URLSearchParams(location.search).get('q')");
    hand.click(AriaRole.BUTTON, "^Play .*" + word);
    hand.until(PLAYS.formatted("0.5"));
  }

  /** And back, so that the demo continues as it was. */
  private static void consent(Hand hand) {
    hand.begin("/patient");
    hand.click(AriaRole.LINK, "^Settings");
    for (int i = 0; i < 2; i++) {
      hand.click(AriaRole.BUTTON, "^(Do not allow any more|Allow)$");
      hand.click(
          hand.the(AriaRole.DIALOG, "")
              .getByRole(
                  AriaRole.BUTTON,
                  new Locator.GetByRoleOptions()
                      .setName(Pattern.compile("^(Do not allow|Allow)"))));
      hand.until("!document.querySelector('dialog[open]')");
    }
  }
}
