package dev.kinebeam.composer.media;

import dev.kinebeam.composer.libav.MediaReport;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** A report in the words that parent and child say to each other. */
final class Wire {
  private static final String NONE = "none";
  private static final String SOME = "some";

  private Wire() {}

  static List<String> words(MediaReport report) {
    List<String> words = new ArrayList<>();
    words.add(report.container());
    words.add(report.picture().isPresent() ? SOME : NONE);
    report
        .picture()
        .ifPresent(
            picture -> {
              words.add(picture.codec());
              words.add(Integer.toString(picture.width()));
              words.add(Integer.toString(picture.height()));
              words.add(Double.toString(picture.fps()));
              words.add(Long.toString(picture.frames()));
              words.add(Double.toString(picture.seconds()));
              words.add(Boolean.toString(picture.even()));
              words.add(Boolean.toString(picture.interlaced()));
            });
    words.add(report.sound().isPresent() ? SOME : NONE);
    report
        .sound()
        .ifPresent(
            sound -> {
              words.add(sound.codec());
              words.add(Integer.toString(sound.rate()));
              words.add(Integer.toString(sound.channels()));
              words.add(Double.toString(sound.seconds()));
              words.add(Double.toString(sound.heardUntil()));
              words.add(Double.toString(sound.loudness()));
              words.add(Double.toString(sound.truePeak()));
            });
    return words;
  }

  static MediaReport report(List<String> words) {
    Iterator<String> next = words.iterator();
    String container = next.next();
    Optional<MediaReport.Picture> picture = Optional.empty();
    if (next.next().equals(SOME)) {
      picture =
          Optional.of(
              new MediaReport.Picture(
                  next.next(),
                  Integer.parseInt(next.next()),
                  Integer.parseInt(next.next()),
                  Double.parseDouble(next.next()),
                  Long.parseLong(next.next()),
                  Double.parseDouble(next.next()),
                  Boolean.parseBoolean(next.next()),
                  Boolean.parseBoolean(next.next())));
    }
    Optional<MediaReport.Sound> sound = Optional.empty();
    if (next.next().equals(SOME)) {
      sound =
          Optional.of(
              new MediaReport.Sound(
                  next.next(),
                  Integer.parseInt(next.next()),
                  Integer.parseInt(next.next()),
                  Double.parseDouble(next.next()),
                  Double.parseDouble(next.next()),
                  Double.parseDouble(next.next()),
                  Double.parseDouble(next.next())));
    }
    return new MediaReport(container, picture, sound);
  }
}
