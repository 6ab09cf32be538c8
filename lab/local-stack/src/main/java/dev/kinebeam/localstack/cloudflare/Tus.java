package dev.kinebeam.localstack.cloudflare;

import dev.kinebeam.localstack.cloudflare.Faults.Fault;
import dev.kinebeam.localstack.cloudflare.StreamVideo.Source;
import dev.kinebeam.localstack.standin.ApiFailure;
import dev.kinebeam.localstack.standin.HttpCall;
import dev.kinebeam.localstack.standin.VideoFolders;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Uploads in pieces by tus 1.0.0, with the service's limits on the size of pieces. */
final class Tus {
  static final String VERSION_HEADER = "Tus-Resumable";

  private static final String VERSION = "1.0.0";
  private static final String SIGNED = "requiresignedurls";
  private static final int CREATED = 201;
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int CONFLICT = 409;
  private static final int LOCKED = 423;
  private static final long LEAST_PIECE = 5L << 20;
  private static final long MOST_PIECE = 200L << 20;
  private static final long UNIT = 256L << 10;

  private final VideoFolders<StreamVideo> videos;
  private final Encoder encoder;
  private final Faults faults;
  private final InstantSource clock;
  private final String address;
  private final Set<String> receiving = ConcurrentHashMap.newKeySet();

  Tus(
      VideoFolders<StreamVideo> videos,
      Encoder encoder,
      Faults faults,
      InstantSource clock,
      String address) {
    this.videos = videos;
    this.encoder = encoder;
    this.faults = faults;
    this.clock = clock;
    this.address = address;
  }

  Reply create(HttpCall call) throws ApiFailure, IOException {
    requireVersion(call);
    long length = number(call, "Upload-Length");
    Map<String, String> metadata = metadata(call.header("Upload-Metadata"));
    boolean signed = metadata.remove(SIGNED) != null;
    StreamVideo video =
        StreamVideo.announced(
            Account.randomId(),
            new Source(metadata, call.header("Upload-Creator"), signed, "", length),
            clock.millis());
    videos.add(video);
    Files.createFile(part(video.uid()));
    if (length == 0) {
      complete(video.uid());
    }
    return Reply.empty(
        CREATED,
        Map.of(
            VERSION_HEADER,
            VERSION,
            "Location",
            address + "/tus/" + video.uid(),
            "stream-media-id",
            video.uid()));
  }

  /** Pairs of a key and a value in base64; a key may be without a value. */
  private static Map<String, String> metadata(String header) throws ApiFailure {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (String pair : header.split(",", -1)) {
      String[] parts = pair.strip().split(" ", 2);
      if (!parts[0].isEmpty()) {
        metadata.put(parts[0], parts.length == 1 ? "" : decoded(parts[1]));
      }
    }
    return metadata;
  }

  private static String decoded(String value) throws ApiFailure {
    try {
      return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ApiFailure(HttpCall.BAD_REQUEST, "Upload-Metadata is not in base64");
    }
  }

  /** {@code /tus/{uid}}: an upload is there until all of it has arrived. */
  Reply handle(HttpCall call, String uid) throws ApiFailure, IOException {
    requireVersion(call);
    Optional<StreamVideo> video =
        videos.find(uid).filter(found -> found.state() == State.PENDINGUPLOAD);
    if (video.isEmpty()) {
      throw new ApiFailure(HttpCall.NOT_FOUND, "there is no upload " + uid);
    }
    return switch (call.method()) {
      case "HEAD" -> offset(OK, video.get().source().length(), Files.size(part(uid)));
      case "PATCH" -> receive(call, video.get());
      default -> throw new ApiFailure(HttpCall.NOT_ALLOWED, "HEAD or PATCH");
    };
  }

  private Reply receive(HttpCall call, StreamVideo video) throws ApiFailure, IOException {
    String uid = video.uid();
    if (!receiving.add(uid)) {
      throw new ApiFailure(LOCKED, "another piece of this file is being received");
    }
    try {
      long from = number(call, "Upload-Offset");
      if (from != Files.size(part(uid))) {
        throw new ApiFailure(CONFLICT, "the upload is at " + Files.size(part(uid)));
      }
      long total = video.source().length();
      long piece = number(call, "Content-Length");
      check(piece, total - from);
      boolean breaks = faults.next(Fault.BREAK_PIECE);
      try (InputStream body = call.exchange().getRequestBody();
          OutputStream out = Files.newOutputStream(part(uid), StandardOpenOption.APPEND)) {
        if (breaks) {
          out.write(body.readNBytes((int) (piece / 2)));
          throw new IOException("a fault that was ordered");
        }
        body.transferTo(out);
      }
      long arrived = Files.size(part(uid));
      if (arrived == total) {
        complete(uid);
      }
      return offset(NO_CONTENT, total, arrived);
    } finally {
      receiving.remove(uid);
    }
  }

  private static void check(long piece, long left) throws ApiFailure {
    boolean last = piece == left;
    if (piece > left
        || piece > MOST_PIECE
        || (!last && (piece < LEAST_PIECE || piece % UNIT != 0))) {
      throw new ApiFailure(
          HttpCall.BAD_REQUEST,
          "a piece has 5 to 200 MiB in units of 256 KiB, unless it is the last; this has " + piece);
    }
  }

  private void complete(String uid) throws IOException {
    long bytes = Files.size(part(uid));
    Files.move(part(uid), videos.original(uid), StandardCopyOption.ATOMIC_MOVE);
    videos.change(uid, video -> video.received(bytes));
    encoder.enqueue(uid);
  }

  private Path part(String uid) {
    return videos.folder(uid).resolve("upload.part");
  }

  private static Reply offset(int status, long length, long offset) {
    return Reply.empty(
        status,
        Map.of(
            VERSION_HEADER,
            VERSION,
            "Cache-Control",
            "no-store",
            "Upload-Length",
            Long.toString(length),
            "Upload-Offset",
            Long.toString(offset)));
  }

  private static void requireVersion(HttpCall call) throws ApiFailure {
    if (!call.header(VERSION_HEADER).equals(VERSION)) {
      throw new ApiFailure(412, VERSION_HEADER + " must be " + VERSION);
    }
  }

  private static long number(HttpCall call, String header) throws ApiFailure {
    String text = call.header(header);
    if (!text.matches("\\d{1,15}")) {
      throw new ApiFailure(HttpCall.BAD_REQUEST, header + " is not a number: " + text);
    }
    return Long.parseLong(text);
  }
}
