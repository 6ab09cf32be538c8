package dev.kinebeam.schemas.render;

import dev.kinebeam.schemas.render.Composition.Mezzanine;
import dev.kinebeam.schemas.render.Composition.Part;

/**
 * Where things are in the bucket that our own host, the composers and the worker share. What is
 * under {@link #MEZZANINES} and not named by a video is moved under {@link #REMOVED} after a while,
 * and deleted a while later.
 */
public final class HostBucket {
  /** Records of videos, one JSON object each; their field {@code composition} names mezzanines. */
  public static final String VIDEOS = "videos/";

  /** {@code VERSION/SHA256_OF_SOURCE/FILE.SHA256_OF_FILE}, and an index of each entry. */
  public static final String MEZZANINES = "mezzanines/";

  /** Precedes the whole key that a mezzanine's object had. */
  public static final String REMOVED = "removed/";

  /** An entry's index, which is written last. */
  public static final String INDEX = "index.json";

  private HostBucket() {}

  /** The key of an entry's file by its name. */
  public static String key(String entry, String file) {
    return MEZZANINES + entry + "/" + file;
  }

  /** The key of a part of an entry. */
  public static String partKey(String entry, String name, String sha256) {
    return key(entry, name + "." + sha256);
  }

  /** The key of a mezzanine's part. */
  public static String key(Mezzanine mezzanine, Part part) {
    return partKey(mezzanine.entry(), part.name(), part.sha256());
  }
}
