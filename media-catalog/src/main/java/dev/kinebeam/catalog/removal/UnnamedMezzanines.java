package dev.kinebeam.catalog.removal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.objectstore.StoredObject;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.schemas.render.HostBucket;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes mezzanines of the bucket that no video of our own host names.
 *
 * <p>No lock keeps a composition from being registered at the same time, by a composer that found
 * its mezzanines in the bucket a moment ago. So nothing is deleted at once: what was not changed
 * and not named for the grace period is moved aside, where the host finds it when a composition
 * names it after all, and from where the next run moves it back. Only what has lain there, unnamed,
 * for the grace period again is deleted; no composer takes so long from looking to registering.
 */
public final class UnnamedMezzanines {
  private static final Logger LOG = LoggerFactory.getLogger(UnnamedMezzanines.class);

  /** How long mezzanines that no video names are kept, and how long they lie aside after that. */
  public static final Duration GRACE = Duration.ofDays(7);

  private final ObjectStore bucket;
  private final Duration grace;

  /** The bucket stays the caller's to close. */
  public UnnamedMezzanines(ObjectStore bucket, Duration grace) {
    this.bucket = bucket;
    this.grace = grace;
  }

  /**
   * What a run did, in mezzanines.
   *
   * @param movedBack named by a composition after they had been moved aside
   */
  public record Swept(int movedAside, int movedBack, int deleted) {
    /** Whether there was nothing to do. */
    public boolean isNothing() {
      return movedAside + movedBack + deleted == 0;
    }

    @Override
    public String toString() {
      return "%d unnamed mezzanines moved aside, %d moved back, %d deleted"
          .formatted(movedAside, movedBack, deleted);
    }
  }

  /**
   * Runs once; harmless to repeat, also after a run that was broken off.
   *
   * @throws IOException when the store fails, or a video's record cannot be read: then it is not
   *     known what it names, and nothing is moved or deleted
   */
  public Swept sweep(Instant now) throws IOException {
    Set<String> named = namedEntries();
    Instant before = now.minus(grace);
    int back = 0;
    int deleted = 0;
    Entries aside = new Entries(HostBucket.REMOVED + HostBucket.MEZZANINES, before);
    for (Map.Entry<String, List<String>> entry : aside.keys.entrySet()) {
      if (named.contains(entry.getKey())) {
        moveBack(entry.getValue());
        back++;
      } else if (aside.isOld(entry.getKey())) {
        for (String key : entry.getValue()) {
          bucket.delete(key);
        }
        deleted++;
      }
    }
    int moved = 0;
    Entries there = new Entries(HostBucket.MEZZANINES, before);
    for (Map.Entry<String, List<String>> entry : there.keys.entrySet()) {
      if (!named.contains(entry.getKey()) && there.isOld(entry.getKey())) {
        moveAside(entry.getValue());
        moved++;
      }
    }
    return new Swept(moved, back, deleted);
  }

  private Set<String> namedEntries() throws IOException {
    Set<String> named = new HashSet<>();
    for (StoredObject video : bucket.list(HostBucket.VIDEOS)) {
      try {
        JsonNode composition = Json.MAPPER.readTree(bucket.read(video.key())).path("composition");
        if (composition.isObject()) {
          Json.MAPPER
              .treeToValue(composition, Composition.class)
              .mezzanines()
              .forEach(mezzanine -> named.add(mezzanine.entry()));
        }
      } catch (ObjectStoreException.Missing deletedMeanwhile) {
        LOG.debug("{} was deleted meanwhile", video.key(), deletedMeanwhile);
      } catch (JsonProcessingException e) {
        throw new IOException(
            "the record %s in the bucket %s cannot be read, so no mezzanine is removed; repair it"
                    .formatted(video.key(), bucket.bucket())
                + " or delete the video at the host: "
                + Json.reason(e),
            e);
      }
    }
    return named;
  }

  /** The index first: who finds no index makes the entry again and does not look for its parts. */
  private void moveAside(List<String> keys) throws ObjectStoreException {
    for (String key : indexFirst(keys)) {
      bucket.copy(key, HostBucket.REMOVED + key);
      bucket.delete(key);
    }
  }

  /** The index last, and nothing over what has been stored again meanwhile. */
  private void moveBack(List<String> asideKeys) throws ObjectStoreException {
    List<String> indexLast = new ArrayList<>(indexFirst(asideKeys));
    Collections.reverse(indexLast);
    for (String aside : indexLast) {
      String key = aside.substring(HostBucket.REMOVED.length());
      if (!bucket.exists(key)) {
        bucket.copy(aside, key);
      }
      bucket.delete(aside);
    }
  }

  private static List<String> indexFirst(List<String> keys) {
    return keys.stream()
        .sorted(Comparator.comparing(key -> !key.endsWith("/" + HostBucket.INDEX)))
        .toList();
  }

  /** The objects below a prefix, by the entry that they belong to. */
  private final class Entries {
    private final Map<String, List<String>> keys = new TreeMap<>();
    private final Set<String> old;

    Entries(String prefix, Instant before) throws ObjectStoreException {
      // Before the others: what is stored meanwhile is not old.
      old = new HashSet<>(bucket.changedBefore(prefix, before));
      for (StoredObject object : bucket.list(prefix)) {
        String name = object.key().substring(prefix.length());
        int end = name.lastIndexOf('/');
        if (end > 0) {
          keys.computeIfAbsent(name.substring(0, end), entry -> new ArrayList<>())
              .add(object.key());
        }
      }
    }

    /** Whether none of its objects was changed within the grace period. */
    boolean isOld(String entry) {
      return old.containsAll(keys.get(entry));
    }
  }
}
