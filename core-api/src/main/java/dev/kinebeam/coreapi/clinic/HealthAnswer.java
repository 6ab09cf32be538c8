package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.coreapi.clinic.HealthReader.Named;
import dev.kinebeam.coreapi.clinic.HealthSheet.Counted;
import dev.kinebeam.coreapi.clinic.VideoHealth.Breakdown;
import dev.kinebeam.coreapi.clinic.VideoHealth.Exercise;
import dev.kinebeam.coreapi.clinic.VideoHealth.Figures;
import dev.kinebeam.coreapi.clinic.VideoHealth.Funnel;
import dev.kinebeam.coreapi.clinic.VideoHealth.Group;
import dev.kinebeam.coreapi.clinic.VideoHealth.Previous;
import dev.kinebeam.coreapi.clinic.VideoHealth.Rebuffering;
import dev.kinebeam.coreapi.clinic.VideoHealth.Scope;
import dev.kinebeam.coreapi.clinic.VideoHealth.Share;
import dev.kinebeam.coreapi.clinic.VideoHealth.StallTimes;
import dev.kinebeam.coreapi.clinic.VideoHealth.Stalls;
import dev.kinebeam.coreapi.clinic.VideoHealth.Steps;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Puts the answer together from what was counted.
 *
 * @param sources what the sheet was counted from
 */
record HealthAnswer(
    Window window, ZoneId zone, Optional<Dimension> by, HealthSources sources, HealthSheet sheet) {
  private static final int MAX_VIDEOS = 10;
  private static final int MAX_VALUES = 50;

  /**
   * What the answer says of single videos.
   *
   * @param exercises by media id
   * @param stallTimes by media id
   */
  record Names(Map<String, Named> exercises, Map<String, StallTimes> stallTimes) {
    @Nullable String slug(@Nullable String media) {
      Named named = exercises.get(media);
      return named == null ? null : named.slug();
    }

    @Nullable String name(@Nullable String media) {
      Named named = exercises.get(media);
      return named == null ? null : named.name();
    }
  }

  /**
   * What the answer says of the clinic's data as a whole.
   *
   * @param latestSessionAt null where no session began lately
   */
  record Trust(Share consent, long unfinished, @Nullable String latestSessionAt) {}

  /**
   * The funnels that are not of sessions.
   *
   * @param patients the funnel counted by patient
   * @param exercises the funnel of what was prescribed
   */
  record Counts(Steps patients, Steps exercises) {}

  /** The videos in the list of the worst. */
  List<String> worstVideos() {
    return sheet.worstVideos(MAX_VIDEOS).stream().map(Counted::name).toList();
  }

  /** Every media id that the answer names; null among them where sessions did not report one. */
  Stream<String> namedVideos() {
    Stream<String> values =
        by.equals(Optional.of(Dimension.EXERCISE))
            ? sheet.largestValues(MAX_VALUES).stream().map(Counted::name)
            : Stream.empty();
    return Stream.concat(values, worstVideos().stream());
  }

  Funnel funnel(Counts counts) {
    return new Funnel(
        sheet.all(Period.PRESENT).steps(counts.exercises().assigned()),
        counts.patients(),
        counts.exercises());
  }

  VideoHealth with(Names details, Trust trust, Optional<Funnel> funnel) {
    HealthTally present = sheet.all(Period.PRESENT);
    Figures now = present.figures(sources.bounds());
    Figures before = sheet.all(Period.BEFORE).figures(sources.bounds());
    return new VideoHealth(
        new Scope(
            window.fromText(),
            window.toText(),
            window.hours(),
            zone.getId(),
            (int) present.of(Part.METRICS_VERSION),
            sources.percentiles()),
        now,
        new Previous(
            window.before().fromText(), window.before().toText(), window.before().hours(), before),
        Changes.between(now, before),
        by.map(dimension -> breakdown(dimension, now, details)).orElse(null),
        sheet.worstVideos(MAX_VIDEOS).stream().map(video -> exercise(video, details)).toList(),
        funnel.orElse(null),
        new VideoHealth.Completeness(trust.consent(), trust.unfinished(), trust.latestSessionAt()));
  }

  private Breakdown breakdown(Dimension dimension, Figures whole, Names details) {
    return dimension.isCalendar() ? calendar(dimension) : values(dimension, whole, details);
  }

  /** Every hour, day or week of the window in its order, also those without a session. */
  private Breakdown calendar(Dimension dimension) {
    List<Bucket> buckets =
        dimension == Dimension.HOUR
            ? Bucket.hours(window, zone)
            : Bucket.in(window, dimension == Dimension.WEEK, zone);
    List<Group> groups =
        buckets.stream()
            .map(
                bucket ->
                    new Group(
                        bucket.name(),
                        null,
                        null,
                        bucket.view(zone),
                        sheet.value(bucket.name()).figures(sources.bounds())))
            .toList();
    return new Breakdown(dimension.word(), groups, 0);
  }

  private Breakdown values(Dimension dimension, Figures whole, Names details) {
    List<Group> groups =
        sheet.largestValues(MAX_VALUES).stream()
            .map(
                value ->
                    new Group(
                        value.name(),
                        details.slug(value.name()),
                        details.name(value.name()),
                        null,
                        value.tally().figures(sources.bounds())))
            .toList();
    long listed = groups.stream().mapToLong(group -> group.figures().sessions()).sum();
    return new Breakdown(dimension.word(), groups, whole.sessions() - listed);
  }

  private static Exercise exercise(Counted video, Names details) {
    Rebuffering stalls = video.tally().rebuffering();
    return new Exercise(
        Objects.requireNonNull(video.name(), "a video has a media id"),
        details.slug(video.name()),
        details.name(video.name()),
        video.tally().of(Part.SESSIONS),
        new Stalls(stalls.stalls(), stalls.stallMs(), stalls.ratio()),
        details.stallTimes().getOrDefault(video.name(), StallTimes.NONE));
  }
}
