package dev.kinebeam.trials.tasks;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.kinebeam.trials.browser.Chromium;
import dev.kinebeam.trials.pages.Visitor;
import java.util.regex.Pattern;

/**
 * A person at a page: finds things by role and name, as a screen reader does, and counts what it
 * does.
 */
final class Hand {
  private static final int SHOWN_WITHIN_MS = 20_000;

  private final Visitor visitor;
  private final Page page;
  private int clicks;
  private int keys;

  Hand(Visitor visitor) {
    this.visitor = visitor;
    this.page = visitor.page();
    page.setDefaultTimeout(SHOWN_WITHIN_MS);
  }

  int clicks() {
    return clicks;
  }

  int keys() {
    return keys;
  }

  /** Where the task begins; no click of its own. */
  void begin(String path) {
    visitor.open(path);
  }

  /** Those of this role with this name. */
  Locator all(AriaRole role, String name) {
    return page.getByRole(role, new Page.GetByRoleOptions().setName(Pattern.compile(name)));
  }

  /** The first that is visible of this role and name. */
  Locator the(AriaRole role, String name) {
    return all(role, name).first();
  }

  boolean has(AriaRole role, String name) {
    return has(all(role, name));
  }

  boolean has(Locator what) {
    return what.count() > 0;
  }

  /** The first row's link of the table with this caption. */
  Locator firstRow(String caption) {
    return the(AriaRole.TABLE, caption).getByRole(AriaRole.LINK).first();
  }

  void click(AriaRole role, String name) {
    click(the(role, name));
  }

  void click(Locator what) {
    what.click();
    clicks++;
    settle();
  }

  void type(Locator field, String text) {
    field.fill(text);
    keys += text.length();
  }

  void press(Locator what, String key) {
    what.press(key);
    keys++;
  }

  /** Chooses by its value: one click to open it and one to choose. */
  void choose(Locator field, String value) {
    field.selectOption(value);
    clicks += 2;
  }

  /** Waits until this is shown. */
  void see(AriaRole role, String name) {
    the(role, name).waitFor();
  }

  /** Waits until an expression is true on the page. */
  void until(String expression) {
    Chromium.until(page, expression, SHOWN_WITHIN_MS);
  }

  Page page() {
    return page;
  }

  private void settle() {
    page.waitForLoadState();
    until(Visitor.DRAWN);
  }
}
