package dev.kinebeam.catalog.curation;

import dev.kinebeam.catalog.db.Exercises;
import java.util.Optional;

/**
 * Which exercises are listed; what is empty does not filter.
 *
 * @param query words that people typed
 * @param after a slug: those behind it
 */
public record ExerciseFilter(
    Optional<Exercises.Status> status,
    Optional<Exercises.Kind> kind,
    Optional<String> query,
    Optional<String> after) {}
