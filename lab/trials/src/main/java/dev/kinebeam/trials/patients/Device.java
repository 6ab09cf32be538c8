package dev.kinebeam.trials.patients;

import java.util.List;

/**
 * A device that a simulated patient holds, and what its User-Agent must be read as.
 *
 * @param device expected column, as are {@code os} and {@code browser}
 */
public record Device(String userAgent, String device, String os, String browser) {
  public static final List<Device> ALL =
      List.of(
          new Device(
              "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
                  + " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
              "iPhone",
              "iOS",
              "Mobile Safari"),
          new Device(
              "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
                  + " Chrome/126.0.0.0 Safari/537.36",
              "desktop",
              "Windows",
              "Chrome"),
          new Device(
              "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
              "desktop",
              "Linux",
              "Firefox"),
          new Device(
              "Mozilla/5.0 (Linux; Android 13; Pixel 6a) AppleWebKit/537.36 (KHTML, like Gecko)"
                  + " Chrome/126.0.0.0 Mobile Safari/537.36",
              "Pixel 6a",
              "Android",
              "Chrome Mobile"),
          new Device(
              "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
                  + " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
              "iPad",
              "iOS",
              "Mobile Safari"),
          new Device(
              "Mozilla/5.0 (Linux; Android 9; SM-T510) AppleWebKit/537.36 (KHTML, like Gecko)"
                  + " SamsungBrowser/25.0 Chrome/121.0.0.0 Safari/537.36",
              "SM-T510",
              "Android",
              "Samsung Internet"));
}
