package dev.kinebeam.composer.libav;

import java.util.List;
import java.util.Locale;

/**
 * Puts the runs of a file's picture and sound on one time line. A file may hold several recordings
 * one after the other, whose time begins again or jumps on between them. Each later recording then
 * follows the one before, its picture and its sound moved by the same time; the picture decides, so
 * that its frames stay evenly spaced. All times in microseconds.
 */
final class TimeLine {
  /** How a run begins. */
  enum Begin {
    FIRST,
    /** Earlier than the run before ends. */
    RESTART,
    /** So long after the run before that something else may follow. */
    JUMP
  }

  /**
   * Packets of one stream whose times follow one another.
   *
   * @param start of the earliest
   * @param end of the latest
   */
  record Run(Begin begin, long start, long end) {}

  /** Sound may reach so far beyond its own recording without moving the next picture. */
  private static final long CUT_SILENTLY = 100_000;

  private static final long FRAMES_PER_SECOND = VideoFormat.FRAMES_PER_SECOND;
  private static final long MICROS = 1_000_000;

  private final long[] leading;
  private final long[] following;

  private TimeLine(long[] leading, long[] following) {
    this.leading = leading;
    this.following = following;
  }

  /** For a file with one stream of interest. */
  static TimeLine of(List<Run> runs, boolean jumpsAreClosed) {
    long[] offsets = new long[runs.size()];
    for (int i = 1; i < offsets.length; i++) {
      Run run = runs.get(i);
      boolean stays = run.begin() == Begin.JUMP && !jumpsAreClosed;
      offsets[i] = stays ? offsets[i - 1] : runs.get(i - 1).end() + offsets[i - 1] - run.start();
    }
    return new TimeLine(offsets, new long[0]);
  }

  /**
   * For a file with picture and sound. A jump of one of them alone is a still picture or a silence
   * and stays.
   *
   * @param jumpsAreClosed whether the container's time stamps mean nothing beyond a recording, as
   *     in MPEG-TS; elsewhere a time in which there is nothing at all is refused
   */
  static TimeLine of(List<Run> picture, List<Run> sound, boolean jumpsAreClosed)
      throws MediaException {
    long[] pictures = new long[picture.size()];
    long[] sounds = new long[sound.size()];
    long offset = 0;
    int next = 1;
    for (int i = 1; i < pictures.length; i++) {
      int partner = partner(picture, i, sound, next);
      Run run = picture.get(i);
      if (partner < 0 && run.begin() == Begin.RESTART) {
        throw startsAgain("picture", "sound", picture, i);
      }
      if (partner >= 0) {
        fill(sounds, next, partner, sound, offset);
        long end = picture.get(i - 1).end();
        if (run.begin() == Begin.JUMP && !jumpsAreClosed) {
          throw nothingBetween(end, run.start());
        }
        long soundEnd = sound.get(partner - 1).end() + offset;
        offset = end + offset - run.start();
        offset += wholeFrames(soundEnd - (sound.get(partner).start() + offset));
        sounds[partner] = offset;
        next = partner + 1;
      }
      pictures[i] = offset;
    }
    fill(sounds, next, sounds.length, sound, offset);
    return new TimeLine(pictures, sounds);
  }

  /** Gives runs that belong to no break of the picture the time of what they follow. */
  private static void fill(long[] offsets, int from, int to, List<Run> sound, long offset)
      throws MediaException {
    for (int i = from; i < to; i++) {
      if (sound.get(i).begin() == Begin.RESTART) {
        throw startsAgain("sound", "picture", sound, i);
      }
      offsets[i] = offset;
    }
  }

  /** The run of the sound that begins with the picture's {@code i}th one; -1 when none does. */
  private static int partner(List<Run> picture, int i, List<Run> sound, int from) {
    Run run = picture.get(i);
    for (int j = from; j < sound.size(); j++) {
      Run other = sound.get(j);
      boolean overlap =
          Math.max(picture.get(i - 1).end(), sound.get(j - 1).end())
              < Math.min(run.start(), other.start());
      if (run.begin() == other.begin() && (run.begin() == Begin.RESTART || overlap)) {
        return j;
      }
      if (other.begin() == Begin.RESTART) {
        return -1;
      }
    }
    return -1;
  }

  /** By how much the next picture has to wait for sound that continues before it. */
  private static long wholeFrames(long overlap) {
    if (overlap <= CUT_SILENTLY) {
      return 0;
    }
    long frames = (overlap * FRAMES_PER_SECOND + MICROS - 1) / MICROS;
    return frames * MICROS / FRAMES_PER_SECOND;
  }

  private static MediaException startsAgain(String one, String other, List<Run> runs, int i) {
    return new MediaException(
        String.format(
            Locale.ROOT,
            "its %s starts again at %.2f s (from %.2f s) and its %s does not:"
                + " export it as one recording",
            one,
            runs.get(i - 1).end() / 1e6,
            runs.get(i).start() / 1e6,
            other));
  }

  private static MediaException nothingBetween(long end, long start) {
    return new MediaException(
        String.format(
            Locale.ROOT,
            "its time jumps from %.2f s to %.2f s, and there is neither picture nor sound between:"
                + " cut that out, or export it again",
            end / 1e6,
            start / 1e6));
  }

  /** By how much to move what the picture's run holds, or the only stream's. */
  long offset(int run) {
    return leading[run];
  }

  /** By how much to move what the sound's run holds, in a file with pictures. */
  long soundOffset(int run) {
    return following[run];
  }
}
