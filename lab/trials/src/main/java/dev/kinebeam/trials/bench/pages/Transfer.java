package dev.kinebeam.trials.bench.pages;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The bytes that came over the network, by address, as Chromium counts them. */
final class Transfer {
  /** The player, the video itself and the charts do not belong to a first view. */
  private static final Pattern LATER =
      Pattern.compile("/webjars/(hls|uplot)|/tracker/|/kit/chart\\.js|\\.m3u8|\\.(ts|m4s|mp4)\\b");

  private final Map<String, String> addresses = new ConcurrentHashMap<>();
  private final Map<String, Long> bytes = new ConcurrentHashMap<>();

  private Transfer() {}

  /** Counts from now on. */
  static Transfer of(CDPSession session) {
    Transfer transfer = new Transfer();
    session.on("Network.requestWillBeSent", transfer::sent);
    session.on("Network.loadingFinished", transfer::finished);
    session.send("Network.enable");
    return transfer;
  }

  private void sent(JsonObject event) {
    addresses.put(
        event.get("requestId").getAsString(),
        event.getAsJsonObject("request").get("url").getAsString());
  }

  private void finished(JsonObject event) {
    bytes.put(event.get("requestId").getAsString(), event.get("encodedDataLength").getAsLong());
  }

  /** Of the first view. */
  long firstView() {
    return bytes.entrySet().stream()
        .filter(one -> !LATER.matcher(addresses.getOrDefault(one.getKey(), "")).find())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
