package dev.kinebeam.trials.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.APIRequestContext;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.RequestOptions;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.trials.browser.Chromium;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A person who is signed in by a card of the demo, in a browser profile of its own. */
public record Visitor(Page page, URI address, Card card) {
  /** Whether a page of the kit has its main content. */
  public static final String DRAWN =
      "document.querySelector('#page:not([aria-busy]) main') && !document.querySelector('.bones')";

  private static final int SETTLED_WITHIN_MS = 20_000;

  /** A person to sign in as. */
  public record Card(UUID personId, String role, String name, String organization) {}

  /**
   * The cards that a Core API in development mode offers.
   *
   * @throws IOException when it offers none
   */
  public static List<Card> cards(Page page, URI address) throws IOException {
    APIResponse answer = page.request().get(address + "/auth/demo");
    if (!answer.ok()) {
      throw new IOException(
          "%s/auth/demo answered %d: is it a demo, or a Core API with --development?"
              .formatted(address, answer.status()));
    }
    List<Card> cards = new ArrayList<>();
    for (JsonNode one : Json.MAPPER.readTree(answer.body()).path("people")) {
      cards.add(
          new Card(
              UUID.fromString(one.path("person_id").asText()),
              one.path("role").asText(),
              one.path("display_name").asText(),
              one.path("organization").asText("")));
    }
    return cards;
  }

  /** The first card of this role in the clinic, or in any when that one has none. */
  public static Optional<Card> find(List<Card> cards, String role, String clinic) {
    return all(cards, role, clinic).stream().findFirst();
  }

  /** The cards of this role, those of the clinic first. */
  public static List<Card> all(List<Card> cards, String role, String clinic) {
    return cards.stream()
        .filter(card -> card.role.equals(role))
        .sorted(Comparator.comparing(card -> !card.organization.equals(clinic)))
        .toList();
  }

  /** Signs this person in, with pages in this language. */
  public static Visitor signedIn(Page page, URI address, Card card, String language)
      throws IOException {
    Visitor visitor = new Visitor(page, address, card);
    visitor.send("POST", "/auth/demo", Map.of("person_id", card.personId.toString()));
    visitor.send("PUT", "/v1/me", Map.of("locale", language));
    return visitor;
  }

  private void send(String method, String path, Map<String, String> body) throws IOException {
    APIRequestContext request = page.request();
    APIResponse answer =
        request.fetch(
            address + path,
            RequestOptions.create()
                .setMethod(method)
                .setHeader("Origin", address.toString())
                .setData(body));
    if (!answer.ok()) {
      throw new IOException(
          "%s %s answered %d: %s".formatted(method, path, answer.status(), answer.text()));
    }
  }

  /** What the Core API answers this person. */
  public JsonNode get(String path) throws IOException {
    APIResponse answer = page.request().get(address + path);
    if (!answer.ok()) {
      throw new IOException("%s answered %d".formatted(path, answer.status()));
    }
    return Json.MAPPER.readTree(answer.body());
  }

  /** Opens a page and waits until it has its content. */
  public void open(String path) {
    page.navigate(address + path);
    settle();
  }

  /** Waits until the page has drawn and shows no skeleton. */
  public void settle() {
    Chromium.until(page, DRAWN, SETTLED_WITHIN_MS);
  }
}
