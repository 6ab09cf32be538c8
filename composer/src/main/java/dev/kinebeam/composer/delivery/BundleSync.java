package dev.kinebeam.composer.delivery;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.bundle.BundleFiles;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.S3Address;
import dev.kinebeam.objectstore.StoredObject;
import dev.kinebeam.schemas.render.Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Brings a bundle into a bucket: uploads only files that are missing or differ, the manifest last,
 * so that no reader finds half of a new bundle. Nothing is ever deleted there.
 */
public final class BundleSync {
  private static final int BLOCK = 1 << 16;

  /**
   * What a sync did.
   *
   * @param uploaded files, in the order they went
   * @param unchanged how many were there already
   * @param onlyThere primitives that the bucket has beside the bundle's; renders play them too
   * @param fingerprint SHA-256 of all that is there now, by names and contents
   */
  public record Synced(
      S3Address place,
      List<String> uploaded,
      int unchanged,
      List<String> onlyThere,
      String fingerprint) {}

  /** A file's content, as a listing states it. */
  private record Content(long bytes, String md5) {
    /**
     * The ETag of an object that was put in one piece is its MD5. One that was put in parts has
     * another, and is put again, once.
     */
    boolean is(StoredObject object) {
      return object != null && object.bytes() == bytes && object.etag().equals(md5);
    }
  }

  private final ObjectStore bucket;
  private final Consumer<String> progress;

  public BundleSync(ObjectStore bucket, Consumer<String> progress) {
    this.bucket = bucket;
    this.progress = progress;
  }

  /**
   * Uploads what differs and then lists the place to see that all of it is there.
   *
   * @param place the bundle's own, named like its exercise
   */
  public Synced sync(Path folder, S3Address place) throws IOException {
    Map<String, Content> here = new TreeMap<>();
    for (String file : BundleFiles.in(folder)) {
      Path path = folder.resolve(file);
      here.put(file, new Content(Files.size(path), md5(path)));
    }
    Map<String, StoredObject> there = list(place);
    List<String> changed =
        here.keySet().stream()
            .filter(file -> !here.get(file).is(there.get(file)))
            .sorted(BundleSync::manifestLast)
            .toList();
    List<String> uploaded = new ArrayList<>();
    for (String file : changed) {
      progress.accept("upload " + (uploaded.size() + 1) + " of " + changed.size() + ": " + file);
      bucket.put(place.key(file), folder.resolve(file), contentType(file));
      uploaded.add(file);
    }
    Map<String, StoredObject> now = list(place);
    for (String file : here.keySet()) {
      if (!here.get(file).is(now.get(file))) {
        throw new IOException(
            "after the upload "
                + place
                + "/"
                + file
                + (now.containsKey(file) ? " has other content" : " is not there")
                + "; does another program write there? Run this again");
      }
    }
    List<String> onlyThere =
        now.keySet().stream()
            .filter(file -> !here.containsKey(file) && Bundle.primitive(file).isPresent())
            .toList();
    return new Synced(place, uploaded, here.size() - uploaded.size(), onlyThere, fingerprint(now));
  }

  private static String fingerprint(Map<String, StoredObject> objects) {
    MessageDigest digest = digest("SHA-256");
    objects.forEach(
        (name, object) ->
            digest.update((name + '\n' + object.etag() + '\n').getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(digest.digest());
  }

  private Map<String, StoredObject> list(S3Address place) throws IOException {
    String prefix = place.prefix() + "/";
    return bucket.list(prefix).stream()
        .collect(
            Collectors.toMap(
                object -> object.key().substring(prefix.length()),
                object -> object,
                (one, other) -> one,
                TreeMap::new));
  }

  private static int manifestLast(String one, String other) {
    boolean manifest = one.equals(BundleDirectory.MANIFEST);
    return manifest == other.equals(BundleDirectory.MANIFEST)
        ? one.compareTo(other)
        : manifest ? 1 : -1;
  }

  private static String contentType(String file) {
    return file.endsWith(".mp4")
        ? "video/mp4"
        : file.endsWith(".mp3")
            ? "audio/mpeg"
            : file.endsWith(".json") ? "application/json" : "application/octet-stream";
  }

  private static String md5(Path file) throws IOException {
    MessageDigest digest = digest("MD5");
    byte[] block = new byte[BLOCK];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        digest.update(block, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has " + algorithm, e);
    }
  }
}
