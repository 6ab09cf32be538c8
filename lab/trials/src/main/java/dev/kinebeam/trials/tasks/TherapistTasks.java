package dev.kinebeam.trials.tasks;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;

/** What a therapist comes for. */
final class TherapistTasks {
  static final List<Task> ALL =
      List.of(
          new Task(Task.THERAPIST, "who had trouble, and why", TherapistTasks::trouble),
          new Task(Task.THERAPIST, "open a session and scrub through it", TherapistTasks::scrub),
          new Task(Task.THERAPIST, "prescribe and see it become ready", TherapistTasks::prescribe));

  private static final int STEPS = 5;

  /** The moment that the axis of a session shows, in seconds. */
  private static final String NOW =
      "Number(document.querySelector('[role=slider][aria-label=\"Time of the session\"]')"
          + ".getAttribute('aria-valuenow'))";

  private TherapistTasks() {}

  private static void trouble(Hand hand) {
    hand.begin("/therapist");
    hand.click(hand.firstRow("^My patients"));
    hand.see(AriaRole.HEADING, "^Trouble");
    hand.see(AriaRole.TABLE, "^Sessions");
  }

  private static void scrub(Hand hand) {
    hand.begin("/therapist");
    hand.click(hand.firstRow("^My patients"));
    hand.click(hand.firstRow("^Sessions"));
    scrubThrough(hand);
  }

  /** On a session's page: along its axis until the shown moment moved. */
  static void scrubThrough(Hand hand) {
    Locator axis = hand.the(AriaRole.SLIDER, "^Time of the session");
    axis.waitFor();
    // A session that failed is shown at its end.
    hand.press(axis, "Home");
    hand.until(NOW + " === 0");
    for (int i = 0; i < STEPS; i++) {
      hand.press(axis, "PageDown");
    }
    hand.until(NOW + " > 0");
  }

  /** In Romanian, in which the demo's exercise has a voice. */
  private static void prescribe(Hand hand) {
    hand.begin("/therapist");
    hand.click(hand.firstRow("^My patients"));
    hand.click(AriaRole.LINK, "^Prescribe");
    hand.click(AriaRole.BUTTON, "^Add: ");
    hand.choose(hand.the(AriaRole.COMBOBOX, "^Language of the videos"), "ro");
    hand.click(AriaRole.BUTTON, "^Prescribe$");
    hand.page().getByText("The workout is ready").first().waitFor();
  }
}
