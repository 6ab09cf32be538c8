package dev.kinebeam.catalog.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.catalog.host.CloudflareApi.Name;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * Uploads of files in pieces by tus 1.0.0, each call tried once. The form upload of the API takes
 * neither a name nor a creator, by which a video is found again after a lost answer; tus takes
 * both, and any size.
 */
final class CloudflareUploads {
  /** As the API recommends; a multiple of 256 KiB. */
  private static final long PIECE = 50L << 20;

  /** The slowest line on which an upload may still end well. */
  private static final long SLOWEST_BYTES_PER_SECOND = 128 * 1024;

  private static final String VERSION = "1.0.0";

  private final CloudflareApi api;
  private final long piece;

  CloudflareUploads(CloudflareApi api) {
    this(api, PIECE);
  }

  CloudflareUploads(CloudflareApi api, long piece) {
    this.api = api;
    this.piece = piece;
  }

  /** A video that awaits its file at an address. */
  record Upload(String uid, URI address, Path file, long size) {}

  /** Creates the video. */
  Upload begin(Path file, Name name) throws VideoHostException {
    long size = size(file);
    String metadata = "name " + Base64.getEncoder().encodeToString(name.title().getBytes(UTF_8));
    HttpResponse<byte[]> answer =
        api.http.send(
            tus(api.request(""))
                .header("Upload-Length", Long.toString(size))
                .header("Upload-Creator", name.creator())
                .header(
                    "Upload-Metadata",
                    api.requiresSignature() ? metadata + ",requiresignedurls" : metadata)
                .POST(BodyPublishers.noBody()));
    String uid = header(answer, "stream-media-id");
    if (!uid.matches("[0-9A-Za-z-]{1,64}")) {
      throw wrong(answer, "stream-media-id", uid);
    }
    return new Upload(uid, address(answer), file, size);
  }

  private static URI address(HttpResponse<byte[]> answer) throws VideoHostException {
    String location = header(answer, "Location");
    try {
      return answer.uri().resolve(location);
    } catch (IllegalArgumentException e) {
      throw wrong(answer, "Location", location);
    }
  }

  /** How much of the file has arrived; all of it when the video no longer awaits it. */
  long arrived(Upload upload) throws VideoHostException {
    try {
      return offset(
          api.http.send(
              tus(api.request(upload.address())).method("HEAD", BodyPublishers.noBody())));
    } catch (VideoHostException.Missing ended) {
      if (api.video(upload.uid()).awaitsUpload()) {
        throw new VideoHostException.Unavailable(
            "the upload has expired: " + ended.getMessage(), ended);
      }
      return upload.size();
    }
  }

  /** Sends the next piece; returns how much has arrived then. */
  long send(Upload upload, long from) throws VideoHostException {
    long length = Math.min(piece, upload.size() - from);
    HttpRequest.Builder request =
        tus(api.request(upload.address()))
            .header("Upload-Offset", Long.toString(from))
            .header("Content-Type", "application/offset+octet-stream")
            .method("PATCH", part(upload.file(), from, length));
    Duration limit = api.http.answerWithin().plusSeconds(length / SLOWEST_BYTES_PER_SECOND);
    HttpResponse<byte[]> answer = api.http.send(request.timeout(limit));
    long arrived = offset(answer);
    if (arrived <= from || arrived > from + length) {
      throw wrong(answer, "Upload-Offset", Long.toString(arrived));
    }
    return arrived;
  }

  /** Streams the part; never holds it in memory. */
  private static BodyPublisher part(Path file, long from, long length) {
    return BodyPublishers.fromPublisher(
        BodyPublishers.ofInputStream(() -> open(file, from, length)), length);
  }

  private static InputStream open(Path file, long from, long length) {
    try {
      FileChannel channel = FileChannel.open(file);
      channel.position(from);
      return new Part(Channels.newInputStream(channel), length);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** The next bytes of a file, which may be longer. */
  private static final class Part extends FilterInputStream {
    private long left;

    Part(InputStream file, long length) {
      super(file);
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int read = super.read(target, offset, (int) Math.min(left, length));
      left -= Math.max(0, read);
      return read;
    }
  }

  private static long size(Path file) throws VideoHostException {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new VideoHostException.Missing("there is no file " + file + " to upload");
    }
  }

  private static HttpRequest.Builder tus(HttpRequest.Builder request) {
    return request.header("Tus-Resumable", VERSION);
  }

  private static long offset(HttpResponse<byte[]> answer) throws VideoHostException {
    String text = header(answer, "Upload-Offset");
    if (!text.matches("\\d{1,15}")) {
      throw wrong(answer, "Upload-Offset", text);
    }
    return Long.parseLong(text);
  }

  private static String header(HttpResponse<byte[]> answer, String name) throws VideoHostException {
    Optional<String> value = answer.headers().firstValue(name);
    if (value.isEmpty()) {
      throw wrong(answer, name, "missing");
    }
    return value.get();
  }

  private static VideoHostException.Unavailable wrong(
      HttpResponse<byte[]> answer, String header, String found) {
    return new VideoHostException.Unavailable(
        "the video host's answer to %s has the header %s %s"
            .formatted(HostHttp.call(answer.request()), header, HostAnswer.shortened(found)),
        Optional.empty());
  }
}
