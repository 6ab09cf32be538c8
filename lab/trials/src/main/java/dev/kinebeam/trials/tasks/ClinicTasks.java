package dev.kinebeam.trials.tasks;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.regex.Pattern;

/** What the administrator of a clinic comes for. */
final class ClinicTasks {
  static final List<Task> ALL =
      List.of(
          new Task(Task.CLINIC, "is our video healthy this week, what is worst", ClinicTasks::week),
          new Task(Task.CLINIC, "whom does it affect, to the moment", ClinicTasks::affected),
          new Task(Task.CLINIC, "answer what the inbox reports", ClinicTasks::inbox),
          new Task(Task.CLINIC, "set a threshold and preview it", ClinicTasks::thresholds),
          new Task(Task.CLINIC, "where patients stop, by repetition", ClinicTasks::dropOff));

  private ClinicTasks() {}

  private static void week(Hand hand) {
    hand.begin("/clinic?range=7");
    hand.click(AriaRole.LINK, "^This week");
    hand.see(AriaRole.REGION, "^Verdict");
    hand.see(AriaRole.TABLE, "^Exercises that stall most");
  }

  /** From the exercise that stalls most to its stalled sessions, and into the latest of them. */
  private static void affected(Hand hand) {
    hand.begin("/clinic?range=28");
    hand.click(hand.firstRow("^Exercises that stall most"));
    hand.click(hand.firstRow("^Sessions"));
    TherapistTasks.scrubThrough(hand);
  }

  /**
   * What is open is acknowledged, and opened again at the end, so that it can be done once more.
   * Where everything is answered already, the newest of what was is judged useful.
   */
  private static void inbox(Hand hand) {
    hand.begin("/clinic");
    hand.click(AriaRole.LINK, "^Inbox");
    for (String state : List.of("^Acknowledged$", "^Snoozed$", "^Resolved$")) {
      if (hand.has(alerts(hand))) {
        break;
      }
      hand.click(
          hand.the(AriaRole.NAVIGATION, "^Alerts by state$")
              .getByRole(AriaRole.LINK, named(state)));
    }
    hand.click(alerts(hand).first());
    hand.see(AriaRole.HEADING, "^What to do next|^Next");
    if (hand.has(AriaRole.BUTTON, "^Acknowledge$")) {
      hand.click(AriaRole.BUTTON, "^Acknowledge$");
      hand.click(AriaRole.BUTTON, "^Undo");
    } else {
      hand.click(AriaRole.BUTTON, "^Yes$");
    }
  }

  private static Locator alerts(Hand hand) {
    return hand.the(AriaRole.REGION, "^Alerts$").getByRole(AriaRole.LINK);
  }

  private static Locator.GetByRoleOptions named(String name) {
    return new Locator.GetByRoleOptions().setName(Pattern.compile(name));
  }

  /** The preview follows what is typed; then the usual thresholds are taken again. */
  private static void thresholds(Hand hand) {
    hand.begin("/clinic");
    hand.click(AriaRole.LINK, "^Thresholds");
    Locator share = hand.the(AriaRole.TEXTBOX, "^More than");
    hand.type(share, "1");
    hand.see(AriaRole.STATUS, "");
    hand.click(AriaRole.BUTTON, "^Save");
    hand.click(AriaRole.BUTTON, "defaults|usual");
    hand.click(AriaRole.BUTTON, "^Save");
  }

  private static void dropOff(Hand hand) {
    hand.begin("/clinic?range=28");
    hand.click(AriaRole.LINK, "^Drop-off");
    hand.see(AriaRole.TABLE, "^At which repetition");
  }
}
