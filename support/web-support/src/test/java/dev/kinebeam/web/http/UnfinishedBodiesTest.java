package dev.kinebeam.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnfinishedBodiesTest {
  private final UnfinishedBodies bodies = new UnfinishedBodies(2, 3, 100);

  @Test
  void aCallerHasItsNumberAndAnAddressTheSumOfItsCallers() {
    UnfinishedBodies.Lease first = bodies.begin("a", "here", 1).orElseThrow();
    assertThat(bodies.begin("a", "here", 1)).isPresent();
    assertThat(bodies.begin("a", "there", 1)).isEmpty();
    assertThat(bodies.begin("b", "here", 1)).isPresent();
    assertThat(bodies.begin("c", "here", 1)).isEmpty();
    assertThat(bodies.begin("c", "there", 1)).isPresent();
    first.close();
    assertThat(bodies.begin("a", "here", 1)).isPresent();
  }

  @Test
  void oneLargeBodyIsTakenButNotBesideAnother() {
    UnfinishedBodies.Lease large = bodies.begin("a", "here", 1_000_000).orElseThrow();
    assertThat(bodies.begin("a", "here", 1)).isEmpty();
    large.close();
    assertThat(bodies.begin("a", "here", 60)).isPresent();
    assertThat(bodies.begin("a", "here", 41)).isEmpty();
    assertThat(bodies.begin("a", "here", 40)).isPresent();
  }

  @Test
  void nothingIsKeptOfThoseWhoAreDone() {
    UnfinishedBodies.Lease one = bodies.begin("a", "here", 1).orElseThrow();
    UnfinishedBodies.Lease two = bodies.begin("b", "here", 1).orElseThrow();
    assertThat(bodies.keys()).isEqualTo(3);
    one.close();
    two.close();
    assertThat(bodies.keys()).isZero();
  }
}
