package dev.kinebeam.composer.mezzanine;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.schemas.render.HostBucket;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an entry of the cache consists of. It is written when all else is there, so an entry without
 * one, or with other files than it names, is none.
 */
record EntryIndex(List<Part> parts) {
  static final String FILE = HostBucket.INDEX;
  private static final int BLOCK = 1 << 16;

  /** A file of the entry. */
  record Part(String name, long bytes, String sha256) {}

  EntryIndex {
    parts = List.copyOf(parts);
  }

  /** Of the files that are in a folder. */
  static EntryIndex of(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> list = Files.list(directory)) {
      files = list.filter(Files::isRegularFile).sorted().toList();
    }
    List<Part> parts = new ArrayList<>();
    for (Path file : files) {
      String name = file.getFileName().toString();
      if (!name.equals(FILE)) {
        parts.add(new Part(name, Files.size(file), sha256(file)));
      }
    }
    return new EntryIndex(parts);
  }

  static EntryIndex parse(byte[] json) throws BrokenMezzanine {
    try {
      EntryIndex index = Json.MAPPER.readValue(json, EntryIndex.class);
      for (Part part : index.parts()) {
        if (!part.name().matches("[a-z0-9-]+([.][a-z0-9]+)?")
            || !part.sha256().matches("[0-9a-f]{64}")) {
          throw new BrokenMezzanine("its index names a file " + part.name());
        }
      }
      // Whatever an entry is of, it has sound; what else it needs shows when it is opened.
      if (index.parts().stream().noneMatch(p -> p.name().equals(VideoMezzanine.AUDIO_FILE))) {
        throw new BrokenMezzanine("its index names no " + VideoMezzanine.AUDIO_FILE);
      }
      return index;
    } catch (JsonProcessingException e) {
      throw new BrokenMezzanine("its index cannot be read: " + Json.reason(e));
    } catch (IOException | NullPointerException e) {
      throw new BrokenMezzanine("its index cannot be read: " + e);
    }
  }

  /** What an entry is, for a composition: its place and its files, without what it cost. */
  static Composition.Mezzanine identity(String name, Path entry) throws IOException {
    EntryIndex index = parse(Files.readAllBytes(entry.resolve(FILE)));
    return new Composition.Mezzanine(
        name,
        entry.getParent().getFileName().toString(),
        entry.getFileName().toString(),
        index.parts().stream()
            .filter(part -> !part.name().equals(Making.COST_FILE))
            .map(part -> new Composition.Part(part.name(), part.bytes(), part.sha256()))
            .toList());
  }

  byte[] json() throws JsonProcessingException {
    return Json.MAPPER.writeValueAsBytes(this);
  }

  /** Whether all that an entry should have is there, judged by sizes, which a torn file lacks. */
  static void check(Path entry) throws IOException {
    byte[] json;
    try {
      json = Files.readAllBytes(entry.resolve(FILE));
    } catch (NoSuchFileException e) {
      if (Files.isDirectory(entry)) {
        throw new BrokenMezzanine("it has no index");
      }
      throw e;
    }
    for (Part part : parse(json).parts()) {
      Path file = entry.resolve(part.name());
      long bytes = Files.exists(file) ? Files.size(file) : 0;
      if (bytes != part.bytes() && !part.name().equals(Making.COST_FILE)) {
        throw new BrokenMezzanine(
            part.name() + " has " + bytes + " bytes instead of " + part.bytes());
      }
    }
  }

  static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] block = new byte[BLOCK];
      try (InputStream in = Files.newInputStream(file)) {
        for (int read = in.read(block); read >= 0; read = in.read(block)) {
          digest.update(block, 0, read);
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
