package dev.kinebeam.render.imports;

import dev.kinebeam.catalog.db.CreatedVideos.Creation;
import dev.kinebeam.catalog.db.ImportedVideos;
import dev.kinebeam.catalog.db.ImportedVideos.Origin;
import dev.kinebeam.catalog.db.ImportedVideos.Standing;
import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.composer.libav.MediaException;
import dev.kinebeam.composer.libav.VideoProbe;
import dev.kinebeam.program.database.DatabaseUnavailableException;
import dev.kinebeam.program.retry.Retrier;
import dev.kinebeam.render.hosting.Claims;
import dev.kinebeam.render.hosting.ExpectedLength;
import dev.kinebeam.render.hosting.Publisher;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Imports one row: checks the video, brings it to the host and records it, under a claim, so that
 * two imports at once upload nothing twice. Done again it changes nothing; done again after a
 * crash, at whatever point, it finishes. Thread-safe.
 *
 * @param scratch folder of this process alone, for downloads
 * @param maxBytes of one file
 * @param longestRow how long another import may take for the same video before a waiter gives up
 */
record Importer(
    ImportedVideos videos,
    Claims claims,
    Publisher publisher,
    Retrier retrier,
    Downloads downloads,
    ProbeChildren probes,
    Path scratch,
    long maxBytes,
    Duration longestRow) {
  private static final Logger LOG = LoggerFactory.getLogger(Importer.class);

  /**
   * Imports the row.
   *
   * @throws DatabaseUnavailableException when nothing can be recorded: the import must stop
   * @throws InterruptedIOException when interrupted
   */
  RowResult serve(ImportRow row) throws InterruptedIOException {
    try {
      UUID plan = UUID.randomUUID();
      Optional<Claims.Claim> claim =
          claims.take(
              ImportedVideos.claimId(row.exercise(), row.language()),
              plan,
              row.exercise() + "." + row.language(),
              () -> false,
              longestRow);
      // A title is the content's, so what a dead import left at the host is found and used.
      Claims.Claim held =
          claim.orElseThrow(
              () ->
                  new IllegalStateException(
                      "the claim of an import was refused, which its condition excludes"));
      try {
        return claimed(row, held);
      } finally {
        held.close();
      }
    } catch (RowFault e) {
      return RowResult.failed(row.number(), row.exercise(), row.language(), e);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.toString() : e.getMessage();
      return RowResult.failed(
          row.number(), row.exercise(), row.language(), new RowFault(row.source(), reason));
    } catch (DatabaseUnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      // A fault of ours that this row has met; the others may well not.
      LOG.error("row {} failed", row.number(), e);
      return RowResult.failed(
          row.number(),
          row.exercise(),
          row.language(),
          new RowFault(row.source(), "the import failed at it; see the log: " + e));
    }
  }

  private RowResult claimed(ImportRow row, Claims.Claim claim) throws RowFault, IOException {
    // Before anything is fetched or uploaded for nothing; recording looks again.
    check(row);
    Optional<Standing> standing = retrier.run(() -> videos.find(row.exercise(), row.language()));
    VideoSource source = row.source();
    if (source instanceof VideoSource.Hosted hosted) {
      return ofHosted(row, hosted, standing);
    }
    if (source instanceof VideoSource.Address address) {
      return ofAddress(row, address, standing, claim);
    }
    Path file = ((VideoSource.LocalFile) source).file();
    checkSize(source, file);
    return ofFile(row, file, Origin.FILE, standing, claim);
  }

  private RowResult ofHosted(ImportRow row, VideoSource.Hosted hosted, Optional<Standing> standing)
      throws RowFault, IOException {
    if (standing.isPresent() && standing.get().hostVideoId().equals(hosted.value())) {
      return unchanged(row, standing.get());
    }
    HostedStatus.Playable playable;
    try {
      playable = publisher.awaitPlayable(hosted.value());
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new RowFault(hosted, e.getMessage());
    }
    return record(
        row,
        video(
            row,
            hosted.value(),
            playable.length().toMillis() / 1000.0,
            Origin.HOSTED,
            Optional.empty(),
            Optional.empty()),
        Optional.empty());
  }

  /** An address that was imported before is believed to hold what it held: nothing is fetched. */
  private RowResult ofAddress(
      ImportRow row, VideoSource.Address address, Optional<Standing> standing, Claims.Claim claim)
      throws RowFault, IOException {
    boolean known =
        standing.isPresent()
            && standing.get().origin() == Origin.URL
            && standing.get().source().equals(address.value());
    if (known) {
      return unchanged(row, standing.get());
    }
    Path file = Files.createTempFile(scratch, "download-", ".video");
    try {
      retrier.<Void, RowFault>run(
          () -> {
            downloads.fetch(address, file);
            return null;
          });
      return ofFile(row, file, Origin.URL, standing, claim);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private void checkSize(VideoSource source, Path file) throws RowFault, IOException {
    if (!Files.isRegularFile(file)) {
      throw new RowFault(source, "there is no file " + file);
    }
    long bytes = Files.size(file);
    if (bytes > maxBytes) {
      throw new RowFault(
          source, "it has " + bytes + " bytes; more than --max-mb " + (maxBytes >> 20));
    }
  }

  private RowResult ofFile(
      ImportRow row, Path file, Origin origin, Optional<Standing> standing, Claims.Claim claim)
      throws RowFault, IOException {
    String sha256 = sha256(file);
    boolean same = standing.isPresent() && standing.get().sha256().equals(Optional.of(sha256));
    if (same && standing.get().origin() == origin) {
      return unchanged(row, standing.get());
    }
    if (same) {
      // The same video, from elsewhere than before.
      return record(
          row,
          video(
              row,
              standing.get().hostVideoId(),
              standing.get().durationSeconds(),
              origin,
              Optional.of(sha256),
              Optional.of(Files.size(file))),
          Optional.empty());
    }
    double seconds = probe(row.source(), file).seconds();
    String title = row.exercise() + "." + row.language() + "." + sha256.substring(0, 16);
    Creation video = publisher.creation(row.exercise(), title, claim);
    boolean recorded = false;
    try {
      String hostedId =
          publisher.publish(
              new VideoHost.Content.OfFile(file), video, ExpectedLength.atLeast(seconds));
      RowResult result =
          record(
              row,
              video(
                  row,
                  hostedId,
                  seconds,
                  origin,
                  Optional.of(sha256),
                  Optional.of(Files.size(file))),
              Optional.of(video.planId()));
      recorded = true;
      return result;
    } finally {
      if (!recorded) {
        publisher.giveUp(video);
      }
    }
  }

  private VideoProbe probe(VideoSource source, Path file) throws RowFault, IOException {
    try {
      return probes.probe(file);
    } catch (MediaException e) {
      throw new RowFault(source, "it is not a playable video: " + e.getMessage());
    }
  }

  private ImportedVideos.Video video(
      ImportRow row,
      String hostedId,
      double seconds,
      Origin origin,
      Optional<String> sha256,
      Optional<Long> bytes) {
    return new ImportedVideos.Video(
        row.exercise(),
        row.displayName(),
        row.mediaId(),
        row.language(),
        new ImportedVideos.Hosted(publisher.hostName(), hostedId, seconds),
        new ImportedVideos.Source(origin, row.source().value(), sha256, bytes));
  }

  private RowResult record(ImportRow row, ImportedVideos.Video video, Optional<UUID> uploadedBy)
      throws RowFault, IOException {
    try {
      ImportedVideos.Change change = retrier.run(() -> videos.record(video, uploadedBy));
      return result(
          row,
          RowResult.Status.valueOf(change.name()),
          video.hosted().videoId(),
          video.hosted().durationSeconds());
    } catch (ImportedVideos.Conflict e) {
      throw fault(row, e);
    }
  }

  private void check(ImportRow row) throws RowFault, IOException {
    try {
      retrier.<Void, ImportedVideos.Conflict>run(
          () -> {
            videos.check(row.exercise(), row.mediaId());
            return null;
          });
    } catch (ImportedVideos.Conflict e) {
      throw fault(row, e);
    }
  }

  private static RowFault fault(ImportRow row, ImportedVideos.Conflict conflict) {
    boolean ofMedia = conflict.field().equals("media_id");
    String value = ofMedia ? row.mediaId().orElse("") : row.exercise();
    return new RowFault(conflict.field(), value, conflict.getMessage());
  }

  private static RowResult unchanged(ImportRow row, Standing standing) {
    return result(
        row, RowResult.Status.UNCHANGED, standing.hostVideoId(), standing.durationSeconds());
  }

  private static RowResult result(
      ImportRow row, RowResult.Status status, String hostedId, double seconds) {
    return new RowResult(
        row.number(), status, row.exercise(), row.language(), hostedId, seconds, null, null, null);
  }

  private static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
