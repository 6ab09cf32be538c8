package dev.kinebeam.trials.bench.clinic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.http.BoundedBody;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.trials.bench.clinic.ClinicRequest.Clinic;
import dev.kinebeam.trials.bench.measure.Console;
import dev.kinebeam.trials.bench.measure.Samples;
import dev.kinebeam.trials.bench.measure.Verdict;
import dev.kinebeam.trials.patients.Clinics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * How long the Core API takes to answer what the clinic's pages ask, organisation after
 * organisation, over a filled database; and what row-level security adds to it.
 */
final class ClinicBench {
  private static final int LONGEST_ANSWER = 8 << 20;

  private static final double LIMIT_MS = 200;

  /** The biggest organisation is asked this often, since most patients are there. */
  private static final int BIGGEST_EVERY = 5;

  private final Endpoints endpoints;
  private final URI coreApi;
  private final Console console;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<UUID, String> tokens = new LinkedHashMap<>();

  ClinicBench(Endpoints endpoints, int port, Console console) {
    this.endpoints = endpoints;
    this.coreApi = URI.create("http://127.0.0.1:" + port);
    this.console = console;
  }

  private record Answer(int status, String body, double ms) {}

  Verdict run(Instant until, int runs) throws SQLException, IOException, InterruptedException {
    List<Clinic> clinics = clinics(until);
    List<String> notServed = new ArrayList<>();
    Map<String, Object> p95s = new LinkedHashMap<>();
    double worst = 0;
    console.step("warming up");
    warmUp(clinics, runs);
    console.say("%-36s %9s %9s %9s %9s", "ms", "p50", "p95", "max", "biggest");
    for (ClinicRequest question : ClinicRequest.ALL) {
      if (ask(question, clinics.get(0)).status() == 404) {
        notServed.add(question.name());
        console.say("%-36s not served", question.name());
        continue;
      }
      List<Double> all = new ArrayList<>();
      List<Double> biggest = new ArrayList<>();
      for (int run = 0; run < runs; run++) {
        Clinic clinic = clinics.get(run % BIGGEST_EVERY == 0 ? 0 : run % clinics.size());
        double ms = timed(question, clinic);
        all.add(ms);
        if (clinic.rank() == 0) {
          biggest.add(ms);
        }
      }
      Samples samples = Samples.of(all);
      double p95 = samples.percentile(0.95);
      worst = Math.max(worst, p95);
      p95s.put(question.name(), Verdict.rounded(p95));
      console.say(
          "%-36s %9.1f %9.1f %9.1f %9.1f",
          question.name(),
          samples.percentile(0.5),
          p95,
          samples.max(),
          Samples.of(biggest).median());
    }
    RowSecurityCost.Measured cost =
        new RowSecurityCost(endpoints.database()).measure(clinics, runs);
    cost.ratios()
        .forEach((name, ratio) -> console.say("%-36s row-level security × %.2f", name, ratio));
    return verdict(worst, p95s, notServed, cost);
  }

  private Verdict verdict(
      double worst,
      Map<String, Object> p95s,
      List<String> notServed,
      RowSecurityCost.Measured cost) {
    console.say(
        "worst p95 %.0f ms (limit %.0f); row-level security costs × %.2f (limit 1.10)",
        worst, LIMIT_MS, cost.overall());
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("worst_p95_ms", Verdict.rounded(worst));
    more.put("rls_cost", Verdict.rounded(cost.overall()));
    more.put("rls_cost_by_statement", rounded(cost.ratios()));
    more.put("p95_ms", p95s);
    more.put("not_served", notServed);
    return new Verdict(
        "clinic-query", worst, LIMIT_MS, "ms (worst p95)", LIMIT_MS / worst, 1.0, more);
  }

  /** Machine code, connections and what the server keeps in memory, as in a Core API that runs. */
  private void warmUp(List<Clinic> clinics, int runs) throws IOException, InterruptedException {
    for (int run = 0; run < runs; run++) {
      for (ClinicRequest question : ClinicRequest.ALL) {
        Answer unused = ask(question, clinics.get(run % clinics.size()));
      }
    }
  }

  private static Map<String, Number> rounded(Map<String, Double> values) {
    Map<String, Number> rounded = new LinkedHashMap<>();
    values.forEach((name, value) -> rounded.put(name, Verdict.rounded(value)));
    return rounded;
  }

  private double timed(ClinicRequest question, Clinic clinic)
      throws IOException, InterruptedException {
    Answer answer = ask(question, clinic);
    if (answer.status() != 200) {
      throw new IOException(
          "%s is answered with %d: %s"
              .formatted(question.path().apply(clinic), answer.status(), answer.body()));
    }
    return answer.ms();
  }

  private Answer ask(ClinicRequest question, Clinic clinic)
      throws IOException, InterruptedException {
    return ask(question.path().apply(clinic), question.body(), clinic.orgId());
  }

  private Answer ask(String path, Optional<String> body, UUID orgId)
      throws IOException, InterruptedException {
    String token =
        tokens.computeIfAbsent(
            orgId,
            org ->
                Clinics.token(endpoints.authSecret(), org, org, "clinic_admin", Clock.systemUTC()));
    HttpRequest request =
        HttpRequest.newBuilder(coreApi.resolve(path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(
                body.isPresent() ? "POST" : "GET",
                body.map(HttpRequest.BodyPublishers::ofString)
                    .orElseGet(HttpRequest.BodyPublishers::noBody))
            .build();
    long begun = System.nanoTime();
    HttpResponse<String> response = http.send(request, BoundedBody.text(LONGEST_ANSWER));
    return new Answer(response.statusCode(), response.body(), (System.nanoTime() - begun) / 1e6);
  }

  /** Every organisation with a patient and a session of its own, the biggest first. */
  private List<Clinic> clinics(Instant until)
      throws SQLException, IOException, InterruptedException {
    String sql =
        """
        SELECT o.rank, o.org_id, m.patient_id, m.session_id, m.media_id, e.slug
          FROM bench_clinic_orgs AS o
          CROSS JOIN LATERAL (SELECT * FROM media_session_metrics AS s
                               WHERE s.org_id = o.org_id ORDER BY s.started_at DESC LIMIT 1) AS m
          JOIN exercises AS e ON e.media_id = m.media_id
         ORDER BY o.rank\
        """;
    List<Clinic> clinics = new ArrayList<>();
    Endpoints.Login admin = endpoints.database().admin();
    try (Connection connection =
            DriverManager.getConnection(
                endpoints.database().url(), admin.user(), admin.password());
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        UUID orgId = row.getObject(2, UUID.class);
        clinics.add(
            new Clinic(
                row.getInt(1),
                orgId,
                row.getObject(3, UUID.class),
                row.getObject(4, UUID.class),
                row.getString(5),
                row.getString(6),
                cursor(orgId, until),
                until));
      }
    }
    return clinics;
  }

  /** Of the second page; the first again where everything is on one. */
  private String cursor(UUID orgId, Instant until) throws IOException, InterruptedException {
    String path = "/v1/media/sessions?limit=1&to=" + until;
    JsonNode page = Json.MAPPER.readTree(ask(path, Optional.empty(), orgId).body());
    if (!page.hasNonNull("next")) {
      throw new IOException("an organisation has no second session: fill with more --rows");
    }
    return page.get("next").textValue();
  }
}
