package dev.kinebeam.catalog.curation;

import dev.kinebeam.catalog.db.Exercises.Status;
import dev.kinebeam.schemas.Words;

/**
 * The states of an exercise and what leads from one to another. Nothing is deleted: an exercise
 * that is not wanted any more is archived. The database draws the last two steps by itself, in the
 * transaction that records the preview's render ({@code settle_preview}). Pure.
 */
public final class Lifecycle {
  private Lifecycle() {}

  /** What is done to an exercise. */
  public enum Step {
    /** Its previews are ordered. */
    PUBLISH,
    UNPUBLISH,
    ARCHIVE,
    RESTORE,
    /** The preview of its first language is ready. */
    PREVIEW_READY,
    /** The preview of its first language cannot be made. */
    PREVIEW_FAILED
  }

  /** What a step does to an exercise in some state. */
  public sealed interface Verdict {
    /** It changes the state. */
    record MovesTo(Status status) implements Verdict {}

    /** The exercise is there already, or the step does not concern it: nothing changes. */
    record Stays() implements Verdict {}

    /** It must not be done, and this is why and what to do. */
    record Refused(String reason) implements Verdict {}
  }

  /** The consequence of a step. */
  public static Verdict after(Status status, Step step) {
    return switch (step) {
      case PUBLISH -> publish(status);
      case UNPUBLISH -> unpublish(status);
      case ARCHIVE -> archive(status);
      case RESTORE -> restore(status);
      case PREVIEW_READY -> whilePublishing(status, Status.PUBLISHED);
      case PREVIEW_FAILED -> whilePublishing(status, Status.DRAFT);
    };
  }

  private static Verdict publish(Status status) {
    return switch (status) {
      case DRAFT -> new Verdict.MovesTo(Status.PUBLISHING);
      case PUBLISHING, PUBLISHED -> new Verdict.Stays();
      case ARCHIVED -> refused(status, "restore it first");
    };
  }

  private static Verdict unpublish(Status status) {
    return switch (status) {
      case PUBLISHING, PUBLISHED -> new Verdict.MovesTo(Status.DRAFT);
      case DRAFT -> new Verdict.Stays();
      case ARCHIVED -> refused(status, "it is not published");
    };
  }

  private static Verdict archive(Status status) {
    return switch (status) {
      case DRAFT, PUBLISHED -> new Verdict.MovesTo(Status.ARCHIVED);
      case ARCHIVED -> new Verdict.Stays();
      case PUBLISHING -> refused(status, "wait until its preview is ready, or unpublish it first");
    };
  }

  private static Verdict restore(Status status) {
    return switch (status) {
      case ARCHIVED -> new Verdict.MovesTo(Status.DRAFT);
      case DRAFT -> new Verdict.Stays();
      case PUBLISHING, PUBLISHED -> refused(status, "only an archived exercise is restored");
    };
  }

  private static Verdict whilePublishing(Status status, Status then) {
    return status == Status.PUBLISHING ? new Verdict.MovesTo(then) : new Verdict.Stays();
  }

  private static Verdict.Refused refused(Status status, String remedy) {
    return new Verdict.Refused("the exercise is " + Words.write(status) + "; " + remedy);
  }
}
