package dev.kinebeam.composer.delivery;

import dev.kinebeam.composer.delivery.NameReading.Ignored;
import dev.kinebeam.composer.delivery.NameReading.Primitive;
import dev.kinebeam.composer.delivery.NameReading.Unread;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the names that Romanian filming teams give: {@code 001 Detensionari Lombare 5 Stângă
 * v2.mp4}. Case, diacritics (composed or not, comma or cedilla), spaces, hyphens and underscores
 * make no difference. Pure. What could be two things is not guessed.
 */
public final class NameReader {
  private static final Set<String> VIDEOS = Set.of("mp4", "mov", "m4v");
  private static final Set<String> SOUNDS =
      Set.of("mp3", "wav", "m4a", "aac", "flac", "aif", "aiff");

  /** Endings of media that are not taken; who delivers them exports them again. */
  private static final Set<String> OTHER_VIDEOS =
      Set.of(
          "mxf", "mts", "m2ts", "ts", "avi", "mkv", "webm", "wmv", "flv", "gif", "mpg", "mpeg",
          "vob", "3gp", "ogv", "dv", "braw", "r3d");

  private static final Set<String> OTHER_SOUNDS =
      Set.of("ogg", "oga", "opus", "wma", "amr", "ac3", "caf");

  private static final Map<String, String> PARTS =
      Map.ofEntries(
          Map.entry("intro", "intro"),
          Map.entry("introducere", "intro"),
          Map.entry("pauza", "pauza"),
          Map.entry("pauze", "pauza"),
          Map.entry("pause", "pauza"),
          Map.entry("outro", "outro"),
          Map.entry("incheiere", "outro"));

  private static final Map<String, String> SIDES =
      Map.ofEntries(
          Map.entry("stanga", "left"),
          Map.entry("stang", "left"),
          Map.entry("stg", "left"),
          Map.entry("st", "left"),
          Map.entry("left", "left"),
          Map.entry("dreapta", "right"),
          Map.entry("drept", "right"),
          Map.entry("dr", "right"),
          Map.entry("drp", "right"),
          Map.entry("right", "right"),
          Map.entry("bilateral", "bilateral"),
          Map.entry("bilaterala", "bilateral"),
          Map.entry("bil", "bilateral"),
          Map.entry("ambele", "bilateral"));

  /** Between a number and a side: "5 repetari stanga". */
  private static final Set<String> REPETITIONS =
      Set.of("x", "rep", "reps", "repetare", "repetari", "repetitie", "repetitii");

  private static final Set<String> VARIANT_WORDS =
      Set.of("v", "var", "varianta", "variant", "take", "duble", "dubla");

  /** After a number: a length, and neither a variant nor repetitions. */
  private static final Set<String> TIMES =
      Set.of("s", "sec", "secunda", "secunde", "min", "minut", "minute");

  private static final Pattern RANGE =
      Pattern.compile("(?<!\\d)1\\s*[-\u2013\u2014_]\\s*(\\d{1,3})(?!\\d)");
  private static final Pattern QUALITY =
      Pattern.compile("(?<![a-z0-9])(\\d{3,4}[pi]|\\d{1,3} ?fps|[248]k)(?![a-z0-9])");
  private static final Pattern TOKEN = Pattern.compile("[a-z]+|\\d+|#");
  private static final int MAX_VARIANTS = 99;

  private NameReader() {}

  /** Reads one file's name, without its folder. */
  public static NameReading read(String fileName) {
    if (fileName.startsWith(".")
        || fileName.endsWith(".tmp")
        || fileName.equalsIgnoreCase("thumbs.db")) {
      return new Ignored();
    }
    boolean video = isVideo(fileName);
    if (!video && !isSound(fileName)) {
      return new Unread(otherEnding(extension(fileName)));
    }
    return new Words(plain(fileName.substring(0, fileName.lastIndexOf('.')))).read(video);
  }

  private static String otherEnding(String extension) {
    if (OTHER_VIDEOS.contains(extension)) {
      return "ends in ."
          + extension
          + "; a video ends in .mp4, .mov or .m4v: export it as MP4 (H.264)";
    }
    if (OTHER_SOUNDS.contains(extension)) {
      return "ends in ."
          + extension
          + "; a sound ends in .mp3, .wav, .m4a, .aac, .flac or .aiff: export it as MP3 or WAV";
    }
    return "is neither a video (.mp4, .mov, .m4v) nor a sound (.mp3, .wav, .m4a, .aac, .flac,"
        + " .aiff)";
  }

  static boolean isVideo(String fileName) {
    return VIDEOS.contains(extension(fileName));
  }

  static boolean isSound(String fileName) {
    return SOUNDS.contains(extension(fileName));
  }

  private static String extension(String fileName) {
    int dot = fileName.lastIndexOf('.');
    return dot < 0 ? "" : fileName.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /** Lower case without diacritics. */
  public static String plain(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFD)
        .replaceAll("\\p{M}+", "")
        .toLowerCase(Locale.ROOT);
  }

  /** The words of one name. */
  private static final class Words {
    private final List<String> tokens = new ArrayList<>();
    private final Set<String> parts = new LinkedHashSet<>();
    private final Set<String> sides = new LinkedHashSet<>();
    private final OptionalInt range;
    private int at = -1;
    private boolean countsFirst;
    private boolean exercisesBefore;

    Words(String name) {
      String bare = QUALITY.matcher(name).replaceAll(" ");
      Matcher counted = RANGE.matcher(bare);
      range =
          counted.find() ? OptionalInt.of(Integer.parseInt(counted.group(1))) : OptionalInt.empty();
      // A sign in the range's place: its numbers are no longer there to be taken for others.
      Matcher words =
          TOKEN.matcher(range.isPresent() ? counted.replaceFirst(" # ") : bare.replace('#', ' '));
      while (words.find()) {
        tokens.add(words.group());
      }
      for (int i = 0; i < tokens.size(); i++) {
        String part = PARTS.get(tokens.get(i));
        String side = SIDES.get(tokens.get(i));
        if (part != null) {
          parts.add(part);
        }
        if (side != null) {
          sides.add(side);
        }
        if (part != null || side != null) {
          at = i;
        }
      }
    }

    NameReading read(boolean video) {
      if (parts.size() + sides.size() == 0) {
        return new Unread("names no part: Intro, Pauza, Outro, Stanga, Dreapta or Bilateral");
      }
      if (parts.size() + sides.size() > 1) {
        Set<String> found = new LinkedHashSet<>(parts);
        found.addAll(sides);
        return new Unread("could be " + String.join(" or ", found));
      }
      for (int i = 0; i + 1 < tokens.size(); i++) {
        if (number(i).isPresent() && !isExercises(i) && TIMES.contains(tokens.get(i + 1))) {
          return new Unread(
              "names a length ("
                  + tokens.get(i)
                  + " "
                  + tokens.get(i + 1)
                  + "), which may be a variant or the repetitions");
        }
      }
      return sides.isEmpty() ? framing(video) : reps(video);
    }

    private NameReading framing(boolean video) {
      if (range.isPresent()) {
        return new Unread("names a part and counts (1-" + range.getAsInt() + ")");
      }
      return primitive(parts.iterator().next(), video, OptionalInt.empty(), at + 1);
    }

    private NameReading reps(boolean video) {
      String part = Primitive.repsOf(sides.iterator().next());
      int after = at + 1;
      if (after < tokens.size() && tokens.get(after).equals("#")) {
        after++; // the counts stand behind the side
      }
      OptionalInt before = numberBefore();
      if (before.isEmpty() && after + 1 < tokens.size() && isRepetitions(after + 1)) {
        before = number(after); // "stanga 5 rep"
        after += 2;
      }
      if (video && range.isPresent()) {
        return new Unread("is a video but named like a voice-over (1-" + range.getAsInt() + ")");
      }
      if (!video && range.isEmpty() && before.isPresent()) {
        return new Unread(
            "is a sound but named like a video of "
                + before.getAsInt()
                + " repetitions; a voice-over is 1-20");
      }
      if (range.isEmpty() && before.isEmpty() && exercisesBefore) {
        return new Unread(
            "has no number between the exercise's and the side; write " + tokens.get(0) + " 5 …");
      }
      boolean counted = range.isPresent() || before.isPresent();
      if (!counted && after < tokens.size() && number(after).isPresent()) {
        return new Unread("has a number after the side that may be a variant or the repetitions");
      }
      return primitive(part, video, video ? before : range, after);
    }

    private OptionalInt numberBefore() {
      int i = at - 1;
      while (i >= 0 && isRepetitions(i)) {
        i--;
      }
      if (i < 0 || number(i).isEmpty()) {
        return OptionalInt.empty();
      }
      if (isExercises(i)) {
        exercisesBefore = true;
        return OptionalInt.empty();
      }
      countsFirst = i == 0;
      return number(i);
    }

    /** Repetitions at the front of a name have no leading zero. */
    private boolean isExercises(int i) {
      return i == 0 && tokens.get(0).startsWith("0");
    }

    private boolean isRepetitions(int i) {
      return REPETITIONS.contains(tokens.get(i));
    }

    private OptionalInt number(int i) {
      String token = tokens.get(i);
      return Character.isDigit(token.charAt(0)) && token.length() <= 3
          ? OptionalInt.of(Integer.parseInt(token))
          : OptionalInt.empty();
    }

    /** What follows upon the part is its variant, or words that say nothing. */
    private NameReading primitive(String part, boolean video, OptionalInt count, int after) {
      List<String> numbers = new ArrayList<>();
      for (int i = after; i < tokens.size(); i++) {
        if (Character.isDigit(tokens.get(i).charAt(0))) {
          numbers.add(tokens.get(i));
        } else if (VARIANT_WORDS.contains(tokens.get(i)) && i + 1 == tokens.size()) {
          return new Unread("says \"" + tokens.get(i) + "\" and no number of a variant");
        }
      }
      if (numbers.size() > 1) {
        return new Unread("has more numbers than a variant's: " + String.join(", ", numbers));
      }
      int variant = 1;
      if (!numbers.isEmpty()) {
        variant = numbers.get(0).length() <= 3 ? Integer.parseInt(numbers.get(0)) : 0;
        if (variant < 1 || variant > MAX_VARIANTS) {
          return new Unread(
              "has the number " + numbers.get(0) + " where a variant would be 1 to 99");
        }
      }
      return new Primitive(part, video, variant, count, exercise());
    }

    /** A number at the front is the exercise's, unless it is that of the repetitions. */
    private Optional<String> exercise() {
      String first = tokens.get(0);
      return Character.isDigit(first.charAt(0)) && !countsFirst
          ? Optional.of(first)
          : Optional.empty();
    }
  }
}
