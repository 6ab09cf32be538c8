package dev.kinebeam.web.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RequestSlotsTest {
  private static final Gate.Head HEAD =
      new Gate.Head() {
        @Override
        public String method() {
          return "GET";
        }

        @Override
        public String id() {
          return "1";
        }

        @Override
        public String path() {
          return "/v1/things";
        }

        @Override
        public Optional<String> header(String name) {
          return Optional.empty();
        }

        @Override
        public Object site() {
          return "client";
        }

        @Override
        public QueryParameters queries(Route.Handler handler) {
          throw new UnsupportedOperationException();
        }
      };

  @Test
  void aFullServerNamesItself() throws Problem {
    for (String server : Set.of("gateway", "Core API")) {
      RequestSlots slots = new RequestSlots(server, 1);
      Problem full =
          slots.serve(
              HEAD,
              "/v1/things",
              () -> {
                try {
                  return slots.serve(HEAD, "/v1/things", () -> Problem.of(200, "served"));
                } catch (Problem problem) {
                  return problem;
                }
              });
      assertThat(full).hasMessage("The " + server + " is at its limit of requests.");
      assertThat(slots.serve(HEAD, "/v1/things", () -> Map.of())).isEmpty();
    }
  }

  @Test
  void aStoppingServerNamesItself() {
    RequestSlots slots = new RequestSlots("Core API", 1);
    assertThatThrownBy(
            () ->
                slots.serve(
                    HEAD,
                    "/v1/things",
                    () -> {
                      throw new InterruptedException();
                    }))
        .hasMessage("The Core API is stopping.");
    assertThat(Thread.interrupted()).isTrue();
  }
}
