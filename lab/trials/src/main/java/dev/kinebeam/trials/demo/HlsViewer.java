package dev.kinebeam.trials.demo;

import dev.kinebeam.catalog.http.BoundedBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A player without a screen: fetches a master playlist, its first rendition and every segment. */
final class HlsViewer {
  /** A segment of two seconds takes a few MB. */
  private static final int LARGEST_FILE = 64 << 20;

  private static final Pattern MAP = Pattern.compile("#EXT-X-MAP:.*URI=\"([^\"]+)\".*");

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private long bytes;

  /** Bytes fetched so far, playlists included. */
  long bytesFetched() {
    return bytes;
  }

  /**
   * Fetches all of the first rendition into {@code file}, whose segments make one playable stream.
   *
   * @throws IOException when anything of it is not served, or a playlist is not one
   */
  void fetch(URI master, Path file) throws IOException, InterruptedException {
    List<URI> renditions = uris(master, playlist(master));
    if (renditions.isEmpty()) {
      throw new IOException(master + " names no rendition");
    }
    URI rendition = renditions.get(0);
    String media = playlist(rendition);
    if (!media.contains("#EXT-X-ENDLIST")) {
      throw new IOException(rendition + " has no end: it is not a whole video");
    }
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    Matcher map = MAP.matcher(media);
    if (map.find()) {
      stream.writeBytes(get(rendition.resolve(map.group(1))));
    }
    for (URI segment : uris(rendition, media)) {
      stream.writeBytes(get(segment));
    }
    Files.write(file, stream.toByteArray());
  }

  private static List<URI> uris(URI base, String playlist) {
    List<URI> uris = new ArrayList<>();
    playlist
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(line -> uris.add(base.resolve(line.trim())));
    return uris;
  }

  private String playlist(URI address) throws IOException, InterruptedException {
    String text = new String(get(address), StandardCharsets.UTF_8);
    if (!text.startsWith("#EXTM3U")) {
      throw new IOException(address + " is not a playlist");
    }
    return text;
  }

  private byte[] get(URI address) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(20)).build(),
            BoundedBody.bytes(LARGEST_FILE));
    if (answer.statusCode() != 200) {
      throw new IOException(address + " answered " + answer.statusCode());
    }
    bytes += answer.body().length;
    return answer.body();
  }
}
