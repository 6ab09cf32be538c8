package dev.kinebeam.trials.tasks;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;

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
    hand.begin("/clinic");
    hand.click(AriaRole.LINK, "^This week");
    hand.see(AriaRole.REGION, "^Verdict");
    hand.see(AriaRole.LINK, "^Show the sessions");
  }

  private static void affected(Hand hand) {
    hand.begin("/clinic");
    hand.click(AriaRole.LINK, "^Show the sessions");
    hand.click(hand.firstRow("^Sessions"));
    TherapistTasks.scrubThrough(hand);
  }

  private static void inbox(Hand hand) {
    hand.begin("/clinic");
    hand.click(AriaRole.LINK, "^Inbox");
    hand.click(AriaRole.BUTTON, "^Acknowledge");
  }

  private static void thresholds(Hand hand) {
    hand.begin("/clinic");
    hand.click(AriaRole.LINK, "^Thresholds");
    Locator first = hand.the(AriaRole.SPINBUTTON, "");
    String value = first.inputValue();
    hand.type(first, value.isEmpty() ? "1" : value + "0");
    hand.click(AriaRole.BUTTON, "^(Preview|Show what)");
  }

  private static void dropOff(Hand hand) {
    hand.begin("/clinic");
    hand.click(AriaRole.LINK, "^(Drop-off|Where patients stop)");
    hand.see(AriaRole.HEADING, "");
  }
}
