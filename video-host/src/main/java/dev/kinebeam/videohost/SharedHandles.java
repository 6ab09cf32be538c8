package dev.kinebeam.videohost;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Open files that requests share. Each is opened once, by whoever asks first; those used last stay
 * open, and one is closed when no request reads it any more. Thread-safe.
 */
final class SharedHandles<T extends Closeable> implements AutoCloseable {
  private final int most;
  private final Map<String, Entry<T>> entries = new LinkedHashMap<>(16, 0.75f, true);

  SharedHandles(int most) {
    this.most = most;
  }

  /** Opens a file. */
  @FunctionalInterface
  interface Opener<T> {
    T open() throws IOException;
  }

  private static final class Entry<T extends Closeable> {
    private final CompletableFuture<T> opened = new CompletableFuture<>();
    private int users;
    private boolean dropped;
  }

  /** A file in use, until closed. */
  final class Handle implements AutoCloseable {
    private final Entry<T> entry;
    private boolean closed;

    private Handle(Entry<T> entry) {
      this.entry = entry;
    }

    T file() {
      return entry.opened.join();
    }

    @Override
    public void close() {
      synchronized (entries) {
        if (closed) {
          return;
        }
        closed = true;
        entry.users--;
        closeIfUnused(entry);
      }
    }
  }

  Handle enter(String key, Opener<T> opener) throws IOException {
    Entry<T> entry;
    boolean first;
    synchronized (entries) {
      Entry<T> known = entries.get(key);
      first = known == null;
      entry = first ? new Entry<>() : known;
      entry.users++;
      if (first) {
        entries.put(key, entry);
        dropOldest();
      }
    }
    Handle handle = new Handle(entry);
    if (first) {
      open(key, entry, opener);
    }
    try {
      entry.opened.join();
      return handle;
    } catch (CompletionException e) {
      handle.close();
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private void open(String key, Entry<T> entry, Opener<T> opener) {
    try {
      entry.opened.complete(opener.open());
    } catch (IOException | RuntimeException | Error e) { // whoever waits for it has to learn of it
      synchronized (entries) {
        entries.remove(key, entry);
        entry.dropped = true;
      }
      entry.opened.completeExceptionally(e);
      if (e instanceof Error error) {
        throw error;
      }
    }
  }

  private void dropOldest() {
    Iterator<Entry<T>> oldest = entries.values().iterator();
    while (entries.size() > most) {
      Entry<T> entry = oldest.next();
      oldest.remove();
      entry.dropped = true;
      closeIfUnused(entry);
    }
  }

  private static <T extends Closeable> void closeIfUnused(Entry<T> entry) {
    if (entry.dropped && entry.users == 0 && !entry.opened.isCompletedExceptionally()) {
      // Whoever opens it is one of its users, so it is open by now.
      try {
        entry.opened.join().close();
      } catch (IOException e) {
        throw new UncheckedIOException("a mezzanine could not be closed", e);
      }
    }
  }

  @Override
  public void close() {
    synchronized (entries) {
      for (Entry<T> entry : entries.values()) {
        entry.dropped = true;
        closeIfUnused(entry);
      }
      entries.clear();
    }
  }
}
