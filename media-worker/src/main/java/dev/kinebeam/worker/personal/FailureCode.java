package dev.kinebeam.worker.personal;

import java.util.Locale;

/**
 * Why processing a personal video failed, as rows have it: the name in lower case, and a sentence
 * for therapists and patients, who see both.
 */
public enum FailureCode {
  /** It lasts longer than a personal video may. */
  DURATION_EXCEEDED("It lasts longer than a personal video may."),
  /** The object under its key is another one than the upload that was completed. */
  ORIGINAL_CHANGED("The uploaded file was replaced after the upload was completed."),
  /** There is no object under its key. */
  ORIGINAL_MISSING("The uploaded file is not there any more."),
  /** The host does not take it, or cannot make it playable. */
  HOST_REFUSED("The video host could not use the uploaded file."),
  /** The host has not made it playable in the time of all attempts. */
  HOST_SLOW("The video host took too long to prepare it."),
  /** The host did not answer in the last attempt, or refuses our credentials. */
  HOST_UNAVAILABLE("The video host could not be reached."),
  /** The host lost the video, or failed for a reason of its own, in the last attempt. */
  HOST_FAILED("The video host failed to prepare it."),
  /** The bucket of the originals did not answer in the last attempt, or refuses to. */
  STORE_UNAVAILABLE("The uploaded file could not be read."),
  /** An error of the worker's own in the last attempt. */
  WORKER_ERROR("It could not be processed because of an error."),
  /** It was processed for longer than any video may be. */
  PROCESSING_STUCK("It was processed for too long.");

  private final String sentence;

  FailureCode(String sentence) {
    this.sentence = sentence;
  }

  /** For people; it says nothing of how it is operated. */
  String sentence() {
    return sentence;
  }

  /** As rows have it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
