package dev.kinebeam.coreapi.clinic;

import static dev.kinebeam.coreapi.clinic.StallVerdict.Verdict.CDN;
import static dev.kinebeam.coreapi.clinic.StallVerdict.Verdict.CONTENT;
import static dev.kinebeam.coreapi.clinic.StallVerdict.Verdict.DEVICE;
import static dev.kinebeam.coreapi.clinic.StallVerdict.Verdict.HOST;
import static dev.kinebeam.coreapi.clinic.StallVerdict.Verdict.NETWORK;
import static dev.kinebeam.coreapi.clinic.StallVerdict.Verdict.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.coreapi.clinic.StallVerdict.Code;
import dev.kinebeam.coreapi.clinic.StallVerdict.Evidence;
import dev.kinebeam.coreapi.clinic.StallVerdict.Facts;
import dev.kinebeam.coreapi.clinic.StallVerdict.Frames;
import dev.kinebeam.coreapi.clinic.StallVerdict.Judgement;
import dev.kinebeam.coreapi.clinic.StallVerdict.Others;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StallVerdictTest {
  private static final Optional<Others> NO_OTHERS = Optional.of(new Others(0, 9));
  private static final Optional<Others> MANY = Optional.of(new Others(4, 9));
  private static final Frames SMOOTH = new Frames(1, 1_000);

  private static Judgement judge(
      Double mbps,
      Long response,
      Long rtt,
      String error,
      Optional<Others> minute,
      Optional<Others> position,
      Frames frames) {
    return StallVerdict.of(
        new Facts(
            Optional.ofNullable(mbps),
            Optional.of(2_500_000L),
            Optional.ofNullable(response),
            Optional.ofNullable(rtt),
            Optional.ofNullable(error),
            minute,
            position,
            frames));
  }

  @Test
  void aBandwidthBelowTheRenditionIsTheConnection() {
    Judgement judged = judge(1.1, 90L, 40L, null, NO_OTHERS, NO_OTHERS, SMOOTH);
    assertThat(judged.verdict()).isEqualTo(NETWORK);
    assertThat(judged.evidence())
        .filteredOn(Evidence::holds)
        .containsExactly(new Evidence(Code.BANDWIDTH, true, 1.1, 2.5, null, null));
    assertThat(judged.evidence()).as("what speaks against it is shown, too").hasSize(6);
  }

  @Test
  void aSlowResponseWithBandwidthToSpareIsTheCdn() {
    assertThat(judge(9.0, 1_000L, 40L, null, NO_OTHERS, NO_OTHERS, SMOOTH).verdict())
        .isEqualTo(CDN);
    assertThat(judge(9.0, 999L, 40L, null, NO_OTHERS, NO_OTHERS, SMOOTH).verdict())
        .isEqualTo(UNKNOWN);
  }

  @Test
  void whatManyPatientsMeetInOneMinuteIsNotTheConnectionOfOne() {
    assertThat(judge(1.1, 90L, 40L, null, MANY, NO_OTHERS, SMOOTH).verdict()).isEqualTo(CDN);
    assertThat(
            judge(1.1, 90L, 40L, null, Optional.of(new Others(2, 2)), NO_OTHERS, SMOOTH).verdict())
        .as("two others are not many")
        .isEqualTo(NETWORK);
    assertThat(
            judge(1.1, 90L, 40L, null, Optional.of(new Others(3, 100)), NO_OTHERS, SMOOTH)
                .verdict())
        .as("nor three of a hundred")
        .isEqualTo(NETWORK);
  }

  @Test
  void aSegmentThatCannotBeLoadedIsTheHost() {
    Judgement judged = judge(1.1, 90L, 40L, "fragLoadError: 404", MANY, MANY, SMOOTH);
    assertThat(judged.verdict()).isEqualTo(HOST);
    assertThat(judged.evidence().get(0).text()).isEqualTo("fragLoadError: 404");
  }

  @Test
  void aPlaceWhereManyStallIsTheContent() {
    assertThat(judge(9.0, 90L, 40L, null, NO_OTHERS, MANY, SMOOTH).verdict()).isEqualTo(CONTENT);
  }

  @Test
  void droppedFramesAreTheDevice() {
    assertThat(judge(9.0, 90L, 40L, null, NO_OTHERS, NO_OTHERS, new Frames(50, 1_000)).verdict())
        .isEqualTo(DEVICE);
    assertThat(judge(9.0, 90L, 40L, null, NO_OTHERS, NO_OTHERS, new Frames(40, 200)).verdict())
        .as("few frames say nothing")
        .isEqualTo(UNKNOWN);
  }

  @Test
  void aLongRoundTripIsTheConnectionWhereItsBandwidthIsNotKnown() {
    assertThat(judge(null, null, 600L, null, NO_OTHERS, NO_OTHERS, SMOOTH).verdict())
        .isEqualTo(NETWORK);
  }

  @Test
  void withoutFactsNothingIsKnown() {
    Judgement judged =
        StallVerdict.of(
            new Facts(
                Optional.of(0.1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new Frames(0, 0)));
    assertThat(judged).isEqualTo(new Judgement(UNKNOWN, java.util.List.of()));
  }
}
