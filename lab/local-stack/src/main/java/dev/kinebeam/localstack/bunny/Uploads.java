package dev.kinebeam.localstack.bunny;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.localstack.bunny.Faults.Fault;
import dev.kinebeam.localstack.standin.ApiFailure;
import dev.kinebeam.localstack.standin.VideoFolders;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Takes in files, streamed to disk, each video's once, and passes them on to the transcoder. */
final class Uploads {
  private static final Duration FETCH_ANSWER = Duration.ofSeconds(30);

  private final VideoFolders<HostedVideo> videos;
  private final Transcoder transcoder;
  private final Faults faults;
  private final Set<String> receiving = ConcurrentHashMap.newKeySet();
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(FETCH_ANSWER)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  Uploads(VideoFolders<HostedVideo> videos, Transcoder transcoder, Faults faults) {
    this.videos = videos;
    this.transcoder = transcoder;
    this.faults = faults;
  }

  void receive(ApiCall call, HostedVideo video) throws ApiFailure, IOException {
    boolean free =
        video.status() == VideoStatus.CREATED || video.status() == VideoStatus.UPLOAD_FAILED;
    if (!free || !receiving.add(video.guid())) {
      call.drain();
      throw new ApiFailure(ApiCall.BAD_REQUEST, "The requested video was already uploaded");
    }
    try {
      if (faults.next(Fault.FAIL_UPLOAD)) {
        call.drain();
        throw new ApiFailure(faults.status(), "a fault that was ordered");
      }
      if (faults.next(Fault.LOSE_UPLOAD)) {
        call.drain();
        return;
      }
      store(video.guid(), call.exchange().getRequestBody());
    } catch (IOException broken) {
      videos.change(video.guid(), HostedVideo::uploadFailed);
      throw broken;
    } finally {
      receiving.remove(video.guid());
    }
  }

  void fetch(HostedVideo video, String url, JsonNode headers) throws ApiFailure, IOException {
    try {
      HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(FETCH_ANSWER);
      headers.properties().forEach(h -> request.header(h.getKey(), h.getValue().asText()));
      HttpResponse<InputStream> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        if (answer.statusCode() != ApiCall.OK) {
          throw new ApiFailure(
              ApiCall.BAD_REQUEST, url + " could not be fetched: " + answer.statusCode());
        }
        store(video.guid(), body);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new ApiFailure(ApiCall.BAD_REQUEST, url + " could not be fetched: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiFailure(ApiCall.BROKEN, "the video host is stopping");
    }
  }

  private void store(String guid, InputStream body) throws IOException {
    Path original = videos.original(guid);
    Path part = original.resolveSibling("original.part");
    long bytes = Files.copy(body, part, StandardCopyOption.REPLACE_EXISTING);
    Files.move(part, original, StandardCopyOption.ATOMIC_MOVE);
    videos.change(guid, video -> video.uploaded(bytes));
    transcoder.enqueue(guid);
  }
}
