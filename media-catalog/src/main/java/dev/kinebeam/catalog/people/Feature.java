package dev.kinebeam.catalog.people;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What an organization can switch on; what was never set is off. */
public enum Feature {
  /** Specialists reach every active patient of the organization, not only those that they treat. */
  ALL_ACTIVE_PATIENTS("allActivePatientsDashboard"),
  /** Specialists record exercise videos for single patients. */
  PERSONALIZED_VIDEOS("therapistPersonalizedExerciseVideo");

  private final String word;

  Feature(String word) {
    this.word = word;
  }

  /** Its name in tables, routes and flags. */
  public String word() {
    return word;
  }

  /** The feature of this name. */
  public static Optional<Feature> of(String word) {
    return Arrays.stream(values()).filter(feature -> feature.word.equals(word)).findFirst();
  }

  /** Every name, for messages. */
  public static String words() {
    return Arrays.stream(values()).map(Feature::word).collect(Collectors.joining(", "));
  }
}
