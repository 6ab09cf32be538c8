package dev.kinebeam.trials.bench.pages;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;

/** What a page is loaded over and on. */
enum Network {
  /** As this machine is. */
  PLAIN(1_000),
  /** DevTools' Fast 3G (1.6 Mb/s down, 750 kb/s up, 562.5 ms) and a processor of a quarter. */
  FAST_3G(3_000);

  private static final double DOWN_BYTES = 1.6e6 / 8 * 0.9;
  private static final double UP_BYTES = 750e3 / 8 * 0.9;
  private static final double LATENCY_MS = 562.5;
  private static final int CPU_SLOWDOWN = 4;

  private final double limitMs;

  Network(double limitMs) {
    this.limitMs = limitMs;
  }

  /** Within which a page is interactive. */
  double limitMs() {
    return limitMs;
  }

  void applyTo(CDPSession session) {
    if (this == PLAIN) {
      return;
    }
    JsonObject conditions = new JsonObject();
    conditions.addProperty("offline", false);
    conditions.addProperty("latency", LATENCY_MS);
    conditions.addProperty("downloadThroughput", DOWN_BYTES);
    conditions.addProperty("uploadThroughput", UP_BYTES);
    session.send("Network.emulateNetworkConditions", conditions);
    JsonObject cpu = new JsonObject();
    cpu.addProperty("rate", CPU_SLOWDOWN);
    session.send("Emulation.setCPUThrottlingRate", cpu);
  }
}
