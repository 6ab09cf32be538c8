package dev.kinebeam.composer.media;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A child that misbehaves as it is asked to; only this class is on its class path. */
final class TestChild {
  static final String NAME = "name";
  static final String ENVIRONMENT = "environment";
  static final String CRASH = "crash";
  static final String DIE_UNLESS_FRESH = "die-unless-fresh";
  static final String HANG_UNLESS_FRESH = "hang-unless-fresh";

  private TestChild() {}

  public static void main(String[] args) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    boolean fresh = true;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      switch (line) {
        case CRASH -> {
          System.out.println(
              "#\n# A fatal error has been detected by the Java Runtime Environment:");
          Runtime.getRuntime().halt(134);
        }
        case ENVIRONMENT -> {
          System.out.println(ChildService.OK + " " + String.join(" ", System.getenv().keySet()));
        }
        default -> {
          if (!fresh && line.equals(DIE_UNLESS_FRESH)) {
            return;
          }
          if (!fresh && line.equals(HANG_UNLESS_FRESH)) {
            in.readLine();
          }
          System.out.println(ChildService.OK + " " + ProcessHandle.current().pid());
        }
      }
      fresh = false;
    }
  }
}
