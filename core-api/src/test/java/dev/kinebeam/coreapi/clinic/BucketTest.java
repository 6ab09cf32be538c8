package dev.kinebeam.coreapi.clinic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Days and weeks have the length that the zone's clocks give them, and leave nothing out. */
class BucketTest {
  private static Window between(String from, String to) {
    return new Window(Instant.parse(from), Instant.parse(to));
  }

  @ParameterizedTest
  @CsvSource({
    // The clocks go forward and back in the night, at midnight, and by half an hour.
    "Europe/Bucharest, 2026-03-29, 23",
    "Europe/Bucharest, 2026-10-25, 25",
    "Africa/Cairo, 2026-04-24, 23",
    "Africa/Cairo, 2026-10-29, 25",
    "Australia/Lord_Howe, 2026-10-04, 23.5",
    "Europe/Bucharest, 2026-11-29, 24",
    "UTC, 2026-03-29, 24",
  })
  void aDayHasTheHoursOfItsZone(String zone, String day, double hours) {
    ZoneId clinic = ZoneId.of(zone);
    Instant noon = Instant.parse(day + "T12:00:00Z");
    Window window = new Window(noon.minus(Duration.ofDays(2)), noon.plus(Duration.ofDays(2)));
    assertThat(Bucket.in(window, false, clinic))
        .filteredOn(bucket -> bucket.name().equals(day))
        .singleElement()
        .satisfies(
            bucket -> {
              assertThat(bucket.hours()).isEqualTo(hours);
              assertThat(bucket.whole()).isTrue();
              assertThat(bucket.view(clinic).timeZone()).isEqualTo(zone);
            });
  }

  @Test
  void bucketsFollowOneAnotherAndCoverTheWindow() {
    Window window = between("2025-12-20T05:00:00Z", "2026-04-02T17:30:00Z");
    for (boolean weeks : new boolean[] {false, true}) {
      List<Bucket> buckets = Bucket.in(window, weeks, ZoneId.of("Europe/Bucharest"));
      assertThat(buckets.get(0).from()).isBefore(window.from());
      assertThat(buckets.get(0).whole()).isFalse();
      assertThat(buckets.get(buckets.size() - 1).to()).isAfter(window.to());
      for (int i = 1; i < buckets.size(); i++) {
        assertThat(buckets.get(i).from()).isEqualTo(buckets.get(i - 1).to());
      }
    }
    assertThat(Bucket.in(window, true, ZoneId.of("Europe/Bucharest")))
        .extracting(Bucket::name)
        .startsWith("2025-W51", "2025-W52", "2026-W01")
        .endsWith("2026-W14");
    assertThat(Bucket.in(window, true, ZoneId.of("Europe/Bucharest")))
        .filteredOn(bucket -> bucket.name().equals("2026-W13"))
        .extracting(Bucket::hours)
        .containsExactly(167.0);
  }

  @Test
  void aDayThatTheZoneLeftOutIsNoBucket() {
    assertThat(
            Bucket.in(
                between("2011-12-29T12:00:00Z", "2012-01-01T12:00:00Z"),
                false,
                ZoneId.of("Pacific/Apia")))
        .extracting(Bucket::name)
        .doesNotContain("2011-12-30")
        .contains("2011-12-29", "2011-12-31");
  }
}
