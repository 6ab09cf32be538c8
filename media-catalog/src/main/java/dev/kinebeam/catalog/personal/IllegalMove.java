package dev.kinebeam.catalog.personal;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A personal video does not stand where it would have to for what was asked. */
public final class IllegalMove extends Exception {
  private final @Nullable PersonalVideoStatus present;

  IllegalMove(long id, PersonalVideoStatus wanted, Optional<PersonalVideoStatus> present) {
    super(
        present
            .map(
                status -> "The video %d is %s, and cannot become %s.".formatted(id, status, wanted))
            .orElseGet(() -> "There is no video %d any more.".formatted(id)));
    this.present = present.orElse(null);
  }

  /** Where it stands; empty when it does not exist, such as after an erasure. */
  public Optional<PersonalVideoStatus> present() {
    return Optional.ofNullable(present);
  }
}
